"""A plugin's tables: migrated up and down, the same as its models, and closed to other tenants."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from aerostic.cli.migrate import app_role, migration_folders
from aerostic.db import metadata
from aerostic.db.engine import driver_url
from aerostic.db.migrate import downgrade, drift, streams, upgrade
from aerostic.settings import Settings
from aerostic.testing.contract.test_names import models
from aerostic.testing.plugin import installed

TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
SECURED = text("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = CAST(:table AS regclass)")
POLICIES = text("SELECT policyname, cmd, qual, with_check FROM pg_policies WHERE tablename = :table ORDER BY 1")


@pytest.fixture
def owner(aerostic_settings: Settings, aerostic_database: None) -> Iterator[Engine]:
    """The database as the role that owns the tables."""
    engine = create_engine(driver_url(aerostic_settings.database_owner_url), poolclass=NullPool)
    yield engine
    engine.dispose()


def tables(owner: Engine, plugin: str) -> list[str]:
    """The plugin's tables in the database."""
    with owner.connect() as connection:
        return [name for name in connection.scalars(TABLES) if name.startswith(f"{plugin}__")]


def policies(connection: Connection, table: str) -> list[tuple[str, ...]]:
    """The table's policies as PostgreSQL writes them."""
    return [tuple(row) for row in connection.execute(POLICIES, {"table": table})]


def test_its_migrations_go_up_down_and_up_again(
    installed_plugin: str, owner: Engine, aerostic_settings: Settings
) -> None:
    folders = migration_folders(installed())
    role, url = app_role(aerostic_settings), aerostic_settings.database_owner_url
    own = [name for name in metadata.tables if name.startswith(f"{installed_plugin}__")]
    assert tables(owner, installed_plugin) == sorted(own)
    every = streams(folders)
    names = [stream.name for stream in every]
    if installed_plugin not in names:
        assert own == [], "the plugin has models and no migrations/"
        return
    # Those that come later may point at this plugin's tables.
    for stream in reversed(every[names.index(installed_plugin) :]):
        downgrade(url, role, stream)
    assert tables(owner, installed_plugin) == []
    upgrade(url, role, folders)
    assert tables(owner, installed_plugin) == sorted(own)


def test_its_tables_agree_with_its_models(
    installed_plugin: str, aerostic_settings: Settings, aerostic_database: None
) -> None:
    role, url = app_role(aerostic_settings), aerostic_settings.database_owner_url
    assert drift(url, role, migration_folders(installed())).get(installed_plugin) is None


def test_its_tables_that_belong_to_tenants_are_closed_to_others(installed_plugin: str, owner: Engine) -> None:
    """The policies in the database are those of the model's `__protection__`."""
    for model in models(installed_plugin):
        protection = getattr(model, "__protection__", None)
        table = model.__tablename__
        if protection is None:
            assert "tenant_id" not in model.__table__.columns, f"{table} needs a __protection__"
            continue
        with owner.connect() as connection:
            assert connection.scalar(SECURED, {"table": table}), f"{table}: row-level security is not forced"
            found = policies(connection, table)
            for statement in protection.statements(table):
                connection.execute(text(statement))
            assert policies(connection, table) == found, f"{table}: the policies are not those of __protection__"
            connection.rollback()


def test_what_belongs_to_a_tenant_says_so(installed_plugin: str) -> None:
    for model in models(installed_plugin):
        column = model.__table__.columns.get("tenant_id")
        assert column is None or not column.nullable, f"{model.__tablename__}.tenant_id has to be NOT NULL"
