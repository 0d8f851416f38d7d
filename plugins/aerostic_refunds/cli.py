"""`aerostic refunds ...`: which failures keep their price."""

import click
from rich.console import Console
from rich.table import Table

from aerostic.sdk import in_app, platform_scope, reseller_named, tenant_named, transaction

from .policies import Owner, PolicyError, keep, versions

REASON = platform_scope("refunds")
TENANT = click.option("--tenant", default="", help="Short name of the workspace it is for.")
RESELLER = click.option("--reseller", default="", help="Short name of the reseller whose workspaces it is for.")


@click.group()
def refunds() -> None:
    """Refunds: which failures are paid all the same, of a workspace, a reseller's workspaces, or everybody."""


@refunds.command("keep")
@TENANT
@RESELLER
@click.option("--note", default="", help="Why, for whoever reads the list.")
@click.argument("codes", type=int, nargs=-1)
@in_app
def keep_(tenant: str, reseller: str, note: str, codes: tuple[int, ...]) -> None:
    """From now on, failures with these error codes keep their price; with none, every failure is refunded."""
    try:
        with transaction(REASON) as session:
            policy = keep(session, _owner(tenant, reseller), codes, note)
    except PolicyError as error:
        raise click.ClickException(str(error)) from error
    listed = ", ".join(map(str, policy.kept))
    click.echo(f"Paid from now on: {listed}." if listed else "Every failure is refunded from now on.")


@refunds.command("list")
@TENANT
@RESELLER
@in_app
def list_(tenant: str, reseller: str) -> None:
    """Show the policies there were, the newest first."""
    table = Table("From", "Paid", "Note")
    with transaction(REASON) as session:
        for policy in versions(session, _owner(tenant, reseller)):
            table.add_row(f"{policy.effective_at:%Y-%m-%d %H:%M %Z}", ", ".join(map(str, policy.kept)), policy.note)
    Console().print(table)


def _owner(tenant: str, reseller: str) -> Owner:
    if tenant and reseller:
        raise click.UsageError("Give --tenant or --reseller, not both; neither is for everybody.")
    if tenant:
        return Owner(tenant_id=tenant_named(tenant, "refunds"))
    return Owner(reseller_id=reseller_named(reseller)) if reseller else Owner()
