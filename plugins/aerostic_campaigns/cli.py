"""`aerostic campaigns ...`: the list, one campaign, and its steering, for one tenant."""

import json
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from aerostic.sdk import AudienceSpec, batches, in_app, tenant_named, tenant_scope, transaction

from . import editing, lifecycle
from . import launch as launching
from .context import get
from .editing import Details, chosen
from .models import Campaign
from .preflight import Report, preflight
from .tables import money, report_tables
from .verdicts import CampaignError

TENANT = click.option("--tenant", required=True, help="The tenant's short name.")
CAMPAIGN = click.argument("campaign", type=click.UUID)
T = TypeVar("T")


@click.group()
def campaigns() -> None:
    """Campaigns of a tenant."""


@campaigns.command("list")
@TENANT
@in_app
def list_(tenant: str) -> None:
    """Show the newest campaigns."""
    table = Table("Campaign", "Name", "State", "Recipients", "Cost")
    with transaction(tenant_scope(_tenant(tenant))) as session:
        for row in session.scalars(select(Campaign).order_by(Campaign.created_at.desc()).limit(50)):
            table.add_row(str(row.id), row.name, row.state, f"{row.recipients:,}", money(row.cost))
    Console().print(table)


@campaigns.command()
@TENANT
@click.option("--name", required=True, help="What people call the campaign.")
@click.option("--template", required=True, help="Name of an approved template.")
@click.option("--language", default="en_US", show_default=True, help="Its language.")
@click.option("--number", default="", help="The number it is sent from; the account's first when left out.")
@click.option("--audience", default="{}", help="Whom it is for, as JSON; everybody when left out.")
@click.option("--variables", default="{}", help='What fills the template, as JSON: {"body.0": {"source": "name"}}.')
@in_app
def create(tenant: str, name: str, template: str, language: str, number: str, audience: str, variables: str) -> UUID:
    """Make a draft, and print its id."""
    tenant_id = _tenant(tenant)
    try:
        with transaction(tenant_scope(tenant_id)) as session:
            template_id, number_id = chosen(session, template, language, number)
        spec, mapping = AudienceSpec.model_validate_json(audience), json.loads(variables)
        campaign_id = editing.create(tenant_id, Details(name, number_id, template_id, spec, mapping))
    except (CampaignError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(campaign_id)
    return campaign_id


@campaigns.command()
@TENANT
@CAMPAIGN
@in_app
def show(tenant: str, campaign: UUID) -> None:
    """Show how far a campaign is."""
    table = Table("", "Count", show_header=False)
    with transaction(tenant_scope(_tenant(tenant))) as session:
        row = _got(lambda: get(session, campaign))
        click.echo(f"{row.name}: {row.state}{f' ({row.reason})' if row.reason else ''}")
        if row.batch_id:
            counts = batches.progress(session, row.batch_id)
            for name in (
                "total",
                "planned",
                "sending",
                "unknown",
                "accepted",
                "delivered",
                "read",
                "failed",
                "cancelled",
            ):
                table.add_row(name, f"{getattr(counts, name):,}")
            Console().print(table)


@campaigns.command("preflight")
@TENANT
@CAMPAIGN
@in_app
def preflight_(tenant: str, campaign: UUID) -> Report:
    """Tell what a campaign would do and cost. Ends with 1 where it could not start."""
    report = _got(lambda: preflight(_tenant(tenant), campaign))
    _print(report)
    if report.problems:
        raise SystemExit(1)
    return report


@campaigns.command()
@TENANT
@CAMPAIGN
@in_app
def launch(tenant: str, campaign: UUID) -> None:
    """Freeze the audience, hold the cost, and let it be sent."""
    try:
        launching.launch(_tenant(tenant), campaign)
    except launching.LaunchRefusedError as error:
        _print(error.report)
        raise click.ClickException(str(error)) from None
    except CampaignError as error:
        raise click.ClickException(str(error)) from None
    click.echo("launched")


@campaigns.command()
@TENANT
@CAMPAIGN
@in_app
def pause(tenant: str, campaign: UUID) -> None:
    """Stop sending what is not on its way yet."""
    _got(lambda: lifecycle.pause(_tenant(tenant), campaign))
    click.echo("paused")


@campaigns.command()
@TENANT
@CAMPAIGN
@in_app
def resume(tenant: str, campaign: UUID) -> None:
    """Go on after a pause."""
    _got(lambda: lifecycle.resume(_tenant(tenant), campaign))
    click.echo("running")


@campaigns.command()
@TENANT
@CAMPAIGN
@in_app
def cancel(tenant: str, campaign: UUID) -> None:
    """Give up what was not sent, and give its money back."""
    left = _got(lambda: lifecycle.cancel(_tenant(tenant), campaign))
    click.echo(f"cancelled: {left:,} messages will not be sent")


def _tenant(slug: str) -> UUID:
    return tenant_named(slug, "campaigns")


def _got(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except CampaignError as error:
        raise click.ClickException(str(error)) from None


def _print(report: Report) -> None:
    console = Console()
    for part in report_tables(report):
        console.print(part)
