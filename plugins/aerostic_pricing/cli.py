"""`aerostic pricing ...`: price books, and what a message would cost."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from aerostic.sdk import Chargeable, NoPriceError, in_app, reseller_named, tenant_named, transaction

from .books import BookError
from .card import CURRENCY, MICROS, RateCardError
from .cards import card as rate_card
from .cards import card_rule, moved, take
from .importing import read_sheet
from .store import PLATFORM, Owner, add, versions, writer_of

TENANT = click.option("--tenant", default="", help="Short name of the workspace whose prices they are.")
RESELLER = click.option("--reseller", default="", help="Short name of the reseller that these prices are asked of.")
CLIENTS = click.option(
    "--clients", is_flag=True, help="What the reseller asks of its workspaces, instead of what it is asked."
)


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def pricing() -> None:
    """Price books: of the platform, of a reseller, of all its workspaces, of a workspace."""


@pricing.command("import")
@TENANT
@RESELLER
@CLIENTS
@click.option(
    "--from", "effective_at", help="From when on, with its zone: 2026-12-01T00:00+00:00. At once when left out."
)
@click.option("--currency", default=CURRENCY, show_default=True, help="Of the book's amounts.")
@click.option(
    "--exchange", help="Units of this currency for one of the rate card's, so that prices from above are converted."
)
@click.option("--note", default="", help="Why, for whoever reads the list.")
@click.argument("file", type=FILE)
@in_app
def import_(
    tenant: str,
    reseller: str,
    clients: bool,
    effective_at: str | None,
    currency: str,
    exchange: str | None,
    note: str,
    file: Path,
) -> None:
    """Put a new version in force, from a CSV file: market, category, price, percent, fixed, floor, above, free.

    The prices of a reseller's workspaces are written in the reseller's name.
    """
    owner = _owner(tenant, reseller, clients)
    try:
        sheet = read_sheet(file.read_bytes(), rate_card(), currency, _rate(exchange))
        with transaction(writer_of(owner)) as session:
            number = add(session, owner, sheet, _moment(effective_at), note)
    except BookError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Version {number} of the {owner.level} book, rules: {len(sheet.rules)}.")


@pricing.command("list")
@TENANT
@RESELLER
@CLIENTS
@in_app
def list_(tenant: str, reseller: str, clients: bool) -> None:
    """Show the versions of a book, the newest first."""
    table = Table("Version", "From", "Currency", "Note")
    with transaction(PLATFORM) as session:
        for book in versions(session, _owner(tenant, reseller, clients)):
            table.add_row(str(book.number), f"{book.effective_at:%Y-%m-%d %H:%M %Z}", book.currency, book.note)
    Console().print(table)


@pricing.command()
@click.option("--tenant", required=True, help="Short name of the workspace.")
@click.option("--country", default="", help="Of the recipient, as ISO 3166 alpha-2.")
@click.option("--category", default="marketing", show_default=True, help="Of the template.")
@in_app
def quote(tenant: str, country: str, category: str) -> None:
    """Say what a message costs now, and which rules of which books make the price."""
    tenant_id = tenant_named(tenant, "pricing")
    try:
        found = card_rule().quote(Chargeable(tenant_id, UUID(int=0), country, category))
    except NoPriceError as error:
        raise click.ClickException(str(error)) from error
    if found is None:
        raise click.ClickException(f"There is no price for {category!r}.")
    earned = f", of it {found.share / MICROS:.6f} for its reseller" if found.share else ""
    click.echo(f"{found.amount / MICROS:.6f} {found.currency}{earned}\n{found.source}")


@pricing.command()
@click.option("--note", default="", help="Why, for whoever reads the list.")
@click.argument("rates", type=FILE)
@click.argument("markets", type=FILE, required=False)
@in_app
def card(note: str, rates: Path, markets: Path | None) -> None:
    """Import a rate card: a CSV file of rates, and one of markets where those change too."""
    before = rate_card()
    try:
        markets_csv = markets.read_text(encoding="utf-8-sig") if markets else ""
        with transaction(PLATFORM) as session:
            number = take(session, rates.read_text(encoding="utf-8-sig"), markets_csv, note)
    except (RateCardError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Rate card {number}. Rates that changed today: {len(moved(before, rate_card()))}.")


def _moment(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError:
        raise BookError("%(written)r is no moment: write 2026-12-01T00:00+00:00.", written=written) from None


def _rate(written: str | None) -> Decimal | None:
    try:
        return Decimal(written) if written else None
    except InvalidOperation:
        raise BookError("%(written)r is no exchange rate: write 0.92.", written=written) from None


def _owner(tenant: str, reseller: str, clients: bool) -> Owner:
    if clients and not reseller:
        raise click.UsageError("Give --reseller with --clients: the reseller whose workspaces these prices are for.")
    if tenant and reseller:
        raise click.UsageError("Give --tenant or --reseller, not both; neither is the platform's book for everybody.")
    if tenant:
        return Owner(tenant_id=tenant_named(tenant, "pricing"))
    return Owner(reseller_id=reseller_named(reseller), clients=clients) if reseller else Owner()
