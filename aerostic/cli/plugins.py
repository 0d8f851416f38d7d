"""`aerostic plugins list | enable | disable`: what is installed, and what a tenant has on."""

from collections.abc import Callable, Sequence
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from aerostic.cli.processes import application
from aerostic.db import platform_scope, transaction
from aerostic.registry import load_registry
from aerostic.registry.tenant_view import HookError
from aerostic.settings import get_settings
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import AlwaysOnError, UnknownPluginError, disable_plugin, enable_plugin, enabled_plugins

TENANT = click.option("--tenant", required=True, help="The tenant's short name.")
REASON = "a command about a tenant's plugins"


@click.command("list")
@click.option("--tenant", default="", help="Also say which are on for the tenant with this short name.")
def list_(tenant: str) -> None:
    """Show the installed plugins, in the order they are asked, and those that could not be loaded and why."""
    if tenant:
        with application().app_context(), transaction(platform_scope(REASON)) as session:
            chosen = enabled_plugins(session, _tenant_id(tenant))
    registry = load_registry(get_settings())
    rows = [
        (name, plugin.version, _state(plugin.always_on, tenant, tenant and name in chosen), plugin.description)
        for name, plugin in registry.plugins.items()
    ]
    _print(rows)
    for left_out in registry.quarantined:
        click.echo(f"left out: {left_out.name} of {left_out.origin}: {left_out.reason}", err=True)


@click.command()
@click.argument("name")
@TENANT
def enable(name: str, tenant: str) -> None:
    """Switch the plugin NAME on for a tenant."""
    _change(enable_plugin, name, tenant)
    click.echo(f"{name} is on for {tenant}")


@click.command()
@click.argument("name")
@TENANT
def disable(name: str, tenant: str) -> None:
    """Switch the plugin NAME off for a tenant. Its tables and settings stay."""
    _change(disable_plugin, name, tenant)
    click.echo(f"{name} is off for {tenant}")


def _change(act: Callable[..., None], name: str, tenant: str) -> None:
    with application().app_context():
        try:
            with transaction(platform_scope(REASON)) as session:
                act(session, _tenant_id(tenant), name)
        except (AlwaysOnError, UnknownPluginError, HookError) as error:
            raise click.ClickException(str(error)) from None


def _tenant_id(slug: str) -> UUID:
    with transaction(platform_scope(REASON)) as session:
        found = session.scalar(select(Tenant.id).where(Tenant.slug == slug))
    if found is None:
        raise click.ClickException(f"There is no tenant with the short name {slug!r}.")
    return found


def _state(always_on: bool, tenant: str, chosen: object) -> str:
    if always_on:
        return "always on"
    if not tenant:
        return "by tenant"
    return "on" if chosen else "off"


def _print(rows: Sequence[tuple[str, ...]]) -> None:
    table = Table("plugin", "version", "state", "what it does", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(soft_wrap=True).print(table)
