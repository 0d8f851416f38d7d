"""`aerostic audit`: proving the audit chains."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

import click
import orjson

if TYPE_CHECKING:
    from aerostic.audit.verifying import Report


@click.group()
def audit() -> None:
    """Who did what: the chains of all tenants and the platform's."""


@audit.command()
@click.option("--tenant", default="", help="Only this chain: a tenant's id or short name, or `platform`.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def verify(tenant: str, as_json: bool) -> None:
    """Read every entry again, make its MAC again, hold the chain's end against its head and its checkpoints, and name where
    something is off. Changes nothing.

    The exit status is 0 when the chains are whole, and 1 when they are not.
    """
    report = _verified(tenant)
    if as_json:
        click.echo(orjson.dumps(asdict(report) | {"sound": report.sound}))
    else:
        _print(report)
    if not report.sound:
        raise SystemExit(1)


@audit.command()
def checkpoint() -> None:
    """Sign where every chain stands that has grown since its last checkpoint."""
    from aerostic.audit import sink
    from aerostic.audit.checkpoints import checkpoint_all

    with _application():
        click.echo(f"{checkpoint_all()} checkpoints, also written to {sink.sink()}")


@audit.command()
def key() -> None:
    """Print the public keys that checkpoints are verified with, by the id of their audit key."""
    from aerostic.audit.signing import public_keys

    with _application():
        for key_id, public in public_keys().items():
            click.echo(f"{key_id}:{public}")


@contextmanager
def _application() -> Iterator[None]:
    from aerostic.app import create_app
    from aerostic.cli.running import command_settings

    with create_app(command_settings()).app_context():
        yield


def _verified(tenant: str) -> "Report":
    from aerostic.audit.verifying import verify_all, verify_chain
    from aerostic.db import platform_scope

    scope = platform_scope("audit verify")
    with _application():
        if not tenant:
            return verify_all(scope)
        return verify_chain(scope, None if tenant == "platform" else tenant_id(tenant))


def tenant_id(name: str) -> UUID:
    from sqlalchemy import select

    from aerostic.db import platform_scope, transaction
    from aerostic.tenancy.models import Tenant

    try:
        return UUID(name)
    except ValueError:
        with transaction(platform_scope("audit verify")) as session:
            found = session.scalar(select(Tenant.id).where(Tenant.slug == name))
    if found is None:
        raise click.UsageError(f"There is no tenant {name!r}: give its id or its short name.")
    return found


def _print(report: "Report") -> None:
    from aerostic.audit.walking import KINDS

    for finding in report.findings:
        place = f"{finding.chain} {finding.seq}" + (f" ({finding.detail})" if finding.detail else "")
        click.echo(f"{place}\n  {KINDS[finding.kind]}")
    looked = f"{report.chains:,} chains, {report.entries:,} entries, {report.checkpoints:,} checkpoints"
    click.echo(f"{looked}: {'whole' if report.sound else 'NOT WHOLE'}")
