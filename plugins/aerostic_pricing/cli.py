"""`aerostic pricing ...`: price books, and what a message would cost."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from aerostic.sdk import Chargeable, in_app, platform_scope, reseller_named, tenant_named, transaction

from .books import BookError
from .card import load_card
from .importing import read_rules
from .rule import CardRule
from .settings import PricingSettings
from .store import Owner, add, versions

REASON = platform_scope("prices")
TENANT = click.option("--tenant", default="", help="Short name of the workspace whose prices they are.")
RESELLER = click.option("--reseller", default="", help="Short name of the reseller whose prices they are.")


@click.group()
def pricing() -> None:
    """Price books: of the platform, of a reseller, of a workspace."""


@pricing.command("import")
@TENANT
@RESELLER
@click.option(
    "--from", "effective_at", help="From when on, with its zone: 2026-12-01T00:00+00:00. At once when left out."
)
@click.option("--note", default="", help="Why, for whoever reads the list.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@in_app
def import_(tenant: str, reseller: str, effective_at: str | None, note: str, file: Path) -> None:
    """Put a new version in force, from a CSV file: market, category, price, percent, fixed, floor."""
    owner = _owner(tenant, reseller)
    try:
        rules = read_rules(file, load_card())
        with transaction(REASON) as session:
            number = add(session, owner, rules, _moment(effective_at), note)
    except BookError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Version {number} of the {owner.level} book, rules: {len(rules)}.")


@pricing.command("list")
@TENANT
@RESELLER
@in_app
def list_(tenant: str, reseller: str) -> None:
    """Show the versions of a book, the newest first."""
    table = Table("Version", "From", "Note")
    with transaction(REASON) as session:
        for book in versions(session, _owner(tenant, reseller)):
            table.add_row(str(book.number), f"{book.effective_at:%Y-%m-%d %H:%M %Z}", book.note)
    Console().print(table)


@pricing.command()
@click.option("--tenant", required=True, help="Short name of the workspace.")
@click.option("--country", default="", help="Of the recipient, as ISO 3166 alpha-2.")
@click.option("--category", default="marketing", show_default=True, help="Of the template.")
@in_app
def quote(tenant: str, country: str, category: str) -> None:
    """Say what a message costs now, and which rules of which books make the price."""
    tenant_id = tenant_named(tenant, "pricing")
    found = CardRule(load_card(), PricingSettings()).quote(Chargeable(tenant_id, UUID(int=0), country, category))
    if found is None:
        raise click.ClickException(f"There is no price for {category!r}.")
    click.echo(f"{found.amount / 1_000_000:.6f} {found.currency}\n{found.source}")


def _moment(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError:
        raise BookError(f"{written!r} is no moment: write 2026-12-01T00:00+00:00.") from None


def _owner(tenant: str, reseller: str) -> Owner:
    if tenant and reseller:
        raise click.UsageError("Give --tenant or --reseller, not both; neither is the platform's book for everybody.")
    if tenant:
        return Owner(tenant_id=tenant_named(tenant, "pricing"))
    return Owner(reseller_id=reseller_named(reseller)) if reseller else Owner()
