"""`aerostic keys`: root keys, and the data keys that they wrap."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import click
import orjson

from aerostic.security.derived import KEY_BYTES
from aerostic.security.roots import KEY_ID_BYTES

if TYPE_CHECKING:
    from aerostic.keys.reencrypting import Walked

PLATFORM = "platform"


@click.group()
def keys() -> None:
    """Keys that encrypt personal data and secrets."""


@keys.command()
def new() -> None:
    """Print a new root key, as an entry of AEROSTIC_KEYS. Put it in front of the others: the first one wraps the data keys."""
    key_id = secrets.token_hex(KEY_ID_BYTES // 2)
    click.echo(f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}")


@keys.command("list")
@click.option("--tenant", default="", help="Only of this owner: a tenant's id or short name, or `platform`.")
@click.option("--values", is_flag=True, help="Count the values under each data key; that reads every encrypted column.")
def list_(tenant: str, values: bool) -> None:
    """Print the data keys: owner, purpose, version, state, id, the root key each is wrapped under, and when it was made."""
    from aerostic.keys.listing import described

    with _application():
        owner = _owner(tenant) if tenant else ...
        for line in described(owner, values=values):
            click.echo(line)


@keys.command()
@click.option("--tenant", default="", help="Only of this owner: a tenant's id or short name, or `platform`.")
def rotate(tenant: str) -> None:
    """Give every owner, or one, a new data key. The one before only opens from now on; `reencrypt` empties it."""
    from aerostic.keys.rotating import owners
    from aerostic.keys.rotating import rotate as rotate_one

    with _application():
        chosen = [_owner(tenant)] if tenant else owners()
        click.echo(f"{sum(rotate_one(owner) is not None for owner in chosen)} data keys made")


@keys.command()
@click.option("--tenant", default="", help="Only of this tenant: its id or short name.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def reencrypt(tenant: str, as_json: bool) -> None:
    """Encrypt anew what old data keys have encrypted, while everybody works on. Stopped at any time, it goes on from there.

    Destroys old keys that nothing is left under a day after their rotation: run it again then. The exit status is 1 when
    values are left under old keys.
    """
    from aerostic.keys.reencrypting import reencrypt as run
    from aerostic.keys.retiring import finish
    from aerostic.messaging.inbound.needed_keys import needed_keys
    from aerostic.registry import runtime

    with _application():
        owner = _owner(tenant) if tenant else None
        if tenant and owner is None:
            raise click.UsageError("Leave --tenant out: the platform's rows are done with those of all.")
        walked = run(owner)
        here = runtime()
        retired = finish(walked, owner, lambda: needed_keys(here.redis, here.settings.redis_prefix))
    _tell(walked, len(retired), as_json)


@keys.command()
def rewrap() -> None:
    """Wrap all data keys under the newest root key. Then the older ones can be taken out of AEROSTIC_KEYS."""
    from aerostic.keys.rotating import rewrap as run

    with _application():
        click.echo(f"{run()} data keys wrapped")


@keys.command()
@click.argument("tenant")
@click.option("--confirm", default="", help="The tenant's short name again, to erase one that is not suspended.")
def destroy(tenant: str, confirm: str) -> None:
    """Erase a tenant for good: destroy its data keys, so that nobody can read its tokens, people and messages again.

    Prints the certificate, which stands in the audit log of the platform and of the tenant, too.
    """
    from aerostic.db import transaction
    from aerostic.keys.rotating import SCOPE
    from aerostic.tenancy.erasing import StillWorkingError, erase
    from aerostic.tenancy.models import Tenant

    with _application():
        owner = _owner(tenant)
        if owner is None:
            raise click.UsageError("The platform cannot be erased.")
        with transaction(SCOPE) as session:
            slug = session.get_one(Tenant, owner).slug
        if confirm not in ("", slug):
            raise click.UsageError(f"--confirm names another tenant: this one is {slug!r}.")
        try:
            certificate = erase(owner, confirmed=bool(confirm))
        except StillWorkingError as error:
            raise click.ClickException(f"{error} (--confirm {slug})") from None
    click.echo(certificate.body().decode())
    click.echo(f"sha256:{certificate.digest}")


@contextmanager
def _application() -> Iterator[None]:
    from aerostic.app import create_app
    from aerostic.cli.running import command_settings

    with create_app(command_settings(), serves=False).app_context():
        yield


def _owner(name: str) -> UUID | None:
    """The owner of this name; None is the platform."""
    from aerostic.cli.audit import tenant_id

    return None if name == PLATFORM else tenant_id(name)


def _tell(walked: "Walked", retired: int, as_json: bool) -> None:
    figures = {
        "changed": walked.changed.total(),
        "left": walked.left.total(),
        "broken": walked.broken,
        "retired": retired,
    }
    if as_json:
        click.echo(orjson.dumps(figures))
    else:
        click.echo("{changed:,} values encrypted anew, {left:,} left, {broken:,} of them broken".format(**figures))
        click.echo(f"{retired} old data keys destroyed")
    if figures["left"]:
        raise SystemExit(1)
