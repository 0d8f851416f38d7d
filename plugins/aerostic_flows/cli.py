"""`aerostic flows ...`: flows that come ready."""

from uuid import uuid5

import click
from rich.console import Console
from rich.table import Table

from aerostic.sdk import automation, in_app, tenant_named, tenant_scope, transaction

from .ready import READY, ready


@click.group()
def flows() -> None:
    """Flows that come ready."""


@flows.command("ready")
def ready_() -> None:
    """Show them, with the templates that each needs."""
    table = Table("Name", "What it does", "Templates")
    for one in READY:
        table.add_row(one.name, one.description, ", ".join(name for name, _values in one.templates))
    Console().print(table)


@flows.command()
@click.argument("name", type=click.Choice([one.name for one in READY]))
@click.option("--tenant", required=True, help="The tenant's short name.")
@click.option("--publish", is_flag=True, help="Let it run at once.")
@in_app
def add(name: str, tenant: str, publish: bool) -> None:
    """Give one to a tenant, and print its id; one that is there already stays as it is."""
    chosen, tenant_id = ready(name), tenant_named(tenant, "flows")
    flow_id = uuid5(tenant_id, f"ready:{name}")
    try:
        with transaction(tenant_scope(tenant_id)) as session:
            made = automation.create(session, tenant_id, chosen.title, chosen.document(), flow_id=flow_id)
            if publish and made.published_id is None:
                automation.publish(session, flow_id, user_id=None, note="ready")
    except automation.NotReadyError as error:
        raise click.ClickException(f"{error} {'; '.join(one.text for one in error.problems)}") from error
    click.echo(str(flow_id))
