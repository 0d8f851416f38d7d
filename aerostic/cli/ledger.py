"""`aerostic ledger`: proving the books."""

from dataclasses import asdict

import click
import orjson

from aerostic.ledger import Report


@click.group()
def ledger() -> None:
    """The books of all tenants."""


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def verify(as_json: bool) -> None:
    """Recompute every balance from its entries, hold every hold against its charges, and name the first thing that is
    off. Changes nothing.

    The exit status is 0 when the books balance, and 1 when they do not.
    """
    report = _verified()
    if as_json:
        click.echo(orjson.dumps(asdict(report) | {"balanced": report.balanced}))
    else:
        _print(report)
    if not report.balanced:
        raise SystemExit(1)


def _verified() -> Report:
    from aerostic.app import create_app
    from aerostic.billing.books import verify_books
    from aerostic.cli.running import command_settings
    from aerostic.db import platform_scope

    with create_app(command_settings()).app_context():
        return verify_books(platform_scope("ledger verify"))


def _print(report: Report) -> None:
    for finding in report.findings:
        click.echo(
            f"{finding.rule}\n  {finding.subject}\n  should be: {finding.expected}\n  is:        {finding.found}"
        )
    looked = f"{report.accounts:,} accounts, {report.transfers:,} transfers, {report.entries:,} entries, {report.holds:,} holds"
    click.echo(f"{looked}: {'the books balance' if report.balanced else 'THE BOOKS DO NOT BALANCE'}")
