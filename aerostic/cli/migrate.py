"""`aerostic migrate` and `aerostic plugins ...`: the tables of core and plugins."""

from graphlib import TopologicalSorter
from pathlib import Path

import click
from sqlalchemy import make_url

from aerostic.cli.plugins import disable, enable, list_
from aerostic.cli.running import command_settings
from aerostic.db import migrate as engine
from aerostic.registry import Registry, load_registry
from aerostic.settings import Settings


def migration_folders(registry: Registry) -> dict[str, Path]:
    """Name and folder of migrations of every plugin, in the order they are to be upgraded."""
    order = TopologicalSorter({name: plugin.depends for name, plugin in registry.plugins.items()}).static_order()
    return {name: Path(registry.modules[name].__path__[0]) / "migrations" for name in order if name in registry.modules}


@click.command()
def migrate() -> None:
    """Bring the tables of the core, then of every installed plugin, up to date."""
    settings = _owner_settings()
    engine.upgrade(settings.database_owner_url, app_role(settings), _folders(settings))
    for position in engine.positions(settings.database_owner_url, _folders(settings)):
        click.echo(f"{position.stream}: {position.current or 'no migrations'}")


@click.group()
def plugins() -> None:
    """Which plugins there are, which are on for a tenant, and their tables."""


plugins.add_command(migrate, "upgrade")
for command in (list_, enable, disable):
    plugins.add_command(command)


@plugins.command()
def status() -> None:
    """Show where each stream of migrations stands. Ends with 1 if one is behind."""
    settings = command_settings()
    positions = engine.positions(settings.database_url, _folders(settings))
    for position in positions:
        note = "" if position.current == position.head else f", behind {position.head}: run `aerostic migrate`"
        click.echo(f"{position.stream}: {position.current or 'none'}{note}")
    if any(position.current != position.head for position in positions):
        raise SystemExit(1)


@plugins.command()
def check() -> None:
    """Compare tables with models, stream by stream. Ends with 1 on a difference."""
    from aerostic.app import load_models

    settings = _owner_settings()
    load_models()
    drift = engine.drift(settings.database_owner_url, app_role(settings), _folders(settings))
    for stream, difference in drift.items():
        click.echo(f"{stream}: {difference}")
    if drift:
        raise SystemExit(1)
    click.echo("tables and models agree")


@plugins.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(name: str, yes: bool) -> None:
    """Remove the tables of the plugin NAME, with all data of all tenants in them."""
    settings = _owner_settings()
    folder = _folders(settings).get(name)
    if folder is None:
        raise click.ClickException(f"No plugin {name!r} is installed here: its migrations are needed to take it back.")
    if not yes:
        click.confirm(f"Remove every table of {name}, of all tenants? This cannot be undone", abort=True)
    engine.purge(settings.database_owner_url, app_role(settings), engine.Stream(name, folder))
    click.echo(f"{name}: removed")


@plugins.command()
@click.argument("message")
@click.option("--plugin", default="", help="Whose tables changed; the core's when left out.")
def revision(message: str, plugin: str) -> None:
    """Write a new migration from the difference between models and tables; read it before you keep it."""
    from aerostic.app import load_models

    settings = _owner_settings()
    load_models()
    folder = _folders(settings)[plugin] if plugin else engine.FOLDER / "versions"
    engine.new_revision(settings.database_owner_url, engine.Stream(plugin, folder), message)


def app_role(settings: Settings) -> str:
    """The role that DATABASE_URL names: who will use the tables."""
    role = make_url(settings.database_url).username
    if not role:
        raise click.ClickException("DATABASE_URL has to name the role the application runs as.")
    return role


def _owner_settings() -> Settings:
    settings = command_settings()
    if not settings.database_url or not settings.database_owner_url:
        raise click.ClickException(
            "Set DATABASE_OWNER_URL (the role that owns the tables) and DATABASE_URL (the role that uses them), or run"
            " `aerostic up`, which brings a database of its own."
        )
    return settings


def _folders(settings: Settings) -> dict[str, Path]:
    return migration_folders(load_registry(settings))
