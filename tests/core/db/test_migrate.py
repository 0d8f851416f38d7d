"""Migrations: up, down and up again; streams that do not disturb each other; drift that is seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Column, Integer, Table
from sqlalchemy.exc import OperationalError

from aerostic.app import load_models
from aerostic.cli.migrate import migration_folders
from aerostic.cli.services.postgres import ADMIN, APP, OWNER
from aerostic.db import metadata, migrate
from aerostic.db.migrate import CORE, FOLDER, Position, Stream
from aerostic.registry import load_registry
from aerostic.settings import Settings
from tests.support.services import Servers, make_database

THING = '''"""A table of a plugin."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "a1", None, None, None
def upgrade():
    op.create_table("acme__thing", sa.Column("id", sa.Integer(), primary_key=True))
def downgrade():
    op.drop_table("acme__thing")
'''
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


@dataclass
class Database:
    """An empty database of this test's own, and its addresses."""

    servers: Servers
    name: str

    @property
    def owner(self) -> str:
        return self.servers.postgres.url(OWNER, self.name)

    def ask(self, query: str, role: str = ADMIN) -> list[tuple[object, ...]]:
        with psycopg.connect(self.servers.postgres.url(role, self.name), autocommit=True) as connection:
            return connection.execute(sql.SQL(query)).fetchall()

    def tables(self) -> set[str]:
        return {str(name) for (name,) in self.ask(TABLES)}


@pytest.fixture
def database(run_servers: Servers, worker: str) -> Iterator[Database]:
    name = f"migrate_{worker}"
    make_database(run_servers, name, "template1")
    yield Database(run_servers, name)
    with psycopg.connect(run_servers.postgres.url(ADMIN, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def acme(tmp_path: Path) -> dict[str, Path]:
    """A plugin with one table, as `upgrade` wants it."""
    (tmp_path / "0001_thing.py").write_text(THING)
    return {"acme": tmp_path}


@contextmanager
def model_of_thing(*extra: Column[int]) -> Iterator[None]:
    """While the plugin is loaded, its table is known."""
    table = Table("acme__thing", metadata, Column("id", Integer, primary_key=True), *extra)
    try:
        yield
    finally:
        metadata.remove(table)


def test_every_stream_goes_up_down_and_up_again_and_then_agrees_with_its_models(
    database: Database, settings: Settings
) -> None:
    load_models()
    folders = migration_folders(load_registry(settings))
    migrate.upgrade(database.owner, APP, folders)
    first = database.tables()
    for stream in reversed(migrate.streams(folders)):
        migrate.downgrade(database.owner, APP, stream)
    assert {name for name in database.tables() if not name.startswith("alembic_version")} == set()
    migrate.upgrade(database.owner, APP, folders)
    assert database.tables() == first
    assert migrate.drift(database.owner, APP, folders) == {}
    assert [(at.stream, at.current == at.head) for at in migrate.positions(database.owner, folders)] == [
        (stream.name or "core", True) for stream in migrate.streams(folders)
    ]


def test_a_plugin_has_a_version_table_and_a_history_of_its_own(database: Database, acme: dict[str, Path]) -> None:
    migrate.upgrade(database.owner, APP, acme)
    assert {"acme__thing", "alembic_version", "alembic_version_acme"} <= database.tables()
    assert migrate.positions(database.owner, acme)[-1] == Position("acme", "a1", "a1")
    migrate.downgrade(database.owner, APP, Stream("acme", acme["acme"]))
    assert "acme__thing" not in database.tables()
    assert "tenant" in database.tables()


def test_the_tables_of_an_uninstalled_plugin_disturb_nobody(database: Database, acme: dict[str, Path]) -> None:
    load_models()
    migrate.upgrade(database.owner, APP, acme)
    migrate.upgrade(database.owner, APP, {})
    assert migrate.drift(database.owner, APP, {}) == {}
    assert "acme__thing" in database.tables()


def test_drift_is_reported_for_the_stream_it_is_in(database: Database, acme: dict[str, Path]) -> None:
    load_models()
    migrate.upgrade(database.owner, APP, acme)
    with model_of_thing():
        assert migrate.drift(database.owner, APP, acme) == {}
    with model_of_thing(Column("amount", Integer)):
        drift = migrate.drift(database.owner, APP, acme)
    assert list(drift) == ["acme"]
    assert "amount" in drift["acme"]


def test_a_stream_that_is_behind_counts_as_drift(database: Database, acme: dict[str, Path]) -> None:
    load_models()
    migrate.upgrade(database.owner, APP, {})
    assert list(migrate.drift(database.owner, APP, acme)) == ["acme"]
    assert migrate.positions(database.owner, acme)[-1] == Position("acme", None, "a1")


def test_purge_removes_a_plugins_tables_and_nothing_else(database: Database, acme: dict[str, Path]) -> None:
    migrate.upgrade(database.owner, APP, {})
    before = database.tables()
    migrate.upgrade(database.owner, APP, acme)
    migrate.purge(database.owner, APP, Stream("acme", acme["acme"]))
    assert database.tables() == before
    with pytest.raises(ValueError, match="core cannot be purged"):
        migrate.purge(database.owner, APP, Stream(CORE, FOLDER / "versions"))


def test_the_application_uses_a_plugins_tables_but_cannot_move_versions(
    database: Database, acme: dict[str, Path]
) -> None:
    migrate.upgrade(database.owner, APP, acme)
    assert database.ask("INSERT INTO acme__thing DEFAULT VALUES RETURNING id", APP) == [(1,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.ask("DELETE FROM alembic_version RETURNING version_num", APP)


def test_a_second_run_waits_for_the_first_and_then_finds_its_work_done(
    database: Database, acme: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "WAIT", "SET lock_timeout = '200ms'")
    with psycopg.connect(database.owner) as first:
        first.execute("SELECT pg_advisory_lock(%s)", (migrate.LOCK,))
        with pytest.raises(OperationalError, match="lock timeout"):
            migrate.upgrade(database.owner, APP, acme)
    migrate.upgrade(database.owner, APP, acme)
    migrate.upgrade(database.owner, APP, acme)
    assert migrate.positions(database.owner, acme)[-1].current == "a1"


def test_a_failing_migration_leaves_nothing_half_done(database: Database, acme: dict[str, Path]) -> None:
    broken = THING.replace('"a1", None', '"a2", "a1"').replace("acme__thing", "acme__other")
    (acme["acme"] / "0002_other.py").write_text(
        broken.replace("def downgrade", "    op.execute('nonsense')\ndef downgrade")
    )
    with pytest.raises(Exception, match="nonsense"):
        migrate.upgrade(database.owner, APP, acme)
    assert "acme__other" not in database.tables()
    assert migrate.positions(database.owner, acme)[-1].current == "a1"


def test_ownership_is_read_off_the_whole_prefix(tmp_path: Path) -> None:
    assert Stream("acme", tmp_path).owns("acme__thing")
    assert not Stream("acme", tmp_path).owns("acme_sms__thing")
    assert not Stream(CORE, tmp_path).owns("acme__thing")
    assert not Stream(CORE, tmp_path).owns("alembic_version_acme")


def test_a_plugin_name_that_no_table_can_bear_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too long"):
        Stream("a" * 48, tmp_path)
