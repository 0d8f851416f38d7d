"""Migrations: the core's stream, then one of its own for each plugin, each with its version table.

Who owns a table is read off its name, `<plugin>__<table>`, so that an uninstalled plugin's tables disturb nobody.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, create_engine, text

from aerostic.db.base import metadata
from aerostic.db.engine import driver_url

FOLDER = Path(__file__).parents[2] / "migrations"
CORE = ""
LOCK = 0x4145524F  # any number, the same for every run
WAIT = "SET lock_timeout = '2min'"  # for another run to end
LIMITS = ("SET lock_timeout = '10s'", "SET statement_timeout = '15min'")
LONGEST_NAME = 63


@dataclass(frozen=True, slots=True)
class Stream:
    """One history of migrations: the core's (name '') or a plugin's.

    Raises:
        ValueError: the plugin's name makes a table name longer than PostgreSQL keeps.
    """

    name: str
    folder: Path

    def __post_init__(self) -> None:
        if len(self.version_table) > LONGEST_NAME:
            raise ValueError(f"plugin name {self.name!r} is too long: {self.version_table} has to fit 63 characters")

    @property
    def version_table(self) -> str:
        """Where the stream's position stands."""
        return f"alembic_version_{self.name}" if self.name else "alembic_version"

    def owns(self, table: str) -> bool:
        """Whether a table of this name is the stream's."""
        owner = table.split("__", 1)[0] if "__" in table else CORE
        return owner == self.name and not table.startswith("alembic_version")


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream has come."""

    stream: str
    current: str | None
    head: str | None


def streams(plugins: Mapping[str, Path]) -> list[Stream]:
    """The core's stream, then those of the plugins that have a folder of migrations, in the order given."""
    return [
        Stream(CORE, FOLDER / "versions"),
        *(Stream(name, folder) for name, folder in plugins.items() if folder.is_dir()),
    ]


def upgrade(owner_url: str, app_role: str, plugins: Mapping[str, Path]) -> None:
    """Bring every stream to its newest revision: the core, then the plugins, those others depend on first.

    Args:
        owner_url: PostgreSQL as the role that owns the tables.
        app_role: the role the application runs as; new tables may be read and written by it, within their policies.
        plugins: name and folder of migrations, in order.

    Raises:
        sqlalchemy.exc.OperationalError: a lock or statement time-out; nothing of that migration was changed.
    """
    with _connected(owner_url) as connection:
        _grant(connection, app_role)
        for stream in streams(plugins):
            command.upgrade(_config(connection, stream, app_role), "head")
            _revoke_version(connection, stream, app_role)


def downgrade(owner_url: str, app_role: str, stream: Stream, revision: str = "base") -> None:
    """Take one stream back to a revision."""
    with _connected(owner_url) as connection:
        command.downgrade(_config(connection, stream, app_role), revision)


def purge(owner_url: str, app_role: str, stream: Stream) -> None:
    """Remove a plugin's tables and its version table. Its data is gone."""
    if stream.name == CORE:
        raise ValueError("the core cannot be purged")
    downgrade(owner_url, app_role, stream)
    with _connected(owner_url) as connection:
        connection.execute(text(f"DROP TABLE IF EXISTS {_quoted(connection, stream.version_table)}"))
        connection.commit()


def drift(owner_url: str, app_role: str, plugins: Mapping[str, Path]) -> dict[str, str]:
    """For each stream whose tables differ from its models: how. The models have to be loaded."""
    found = {}
    with _connected(owner_url) as connection:
        for stream in streams(plugins):
            try:
                command.check(_config(connection, stream, app_role))
            except CommandError as error:
                found[stream.name or "core"] = str(error)
            connection.rollback()
    return found


def positions(url: str, plugins: Mapping[str, Path]) -> list[Position]:
    """Where each stream stands and where it could. Any role may ask."""
    engine = create_engine(driver_url(url), poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        return [_position(connection, stream) for stream in streams(plugins)]


def new_revision(owner_url: str, stream: Stream, message: str) -> None:
    """Write the file of a new migration into the stream's folder, from the difference of tables and models."""
    stream.folder.mkdir(exist_ok=True)
    with _connected(owner_url) as connection:
        command.revision(_config(connection, stream, ""), message, autogenerate=True)


def _position(connection: Connection, stream: Stream) -> Position:
    context = MigrationContext.configure(connection, opts={"version_table": stream.version_table})
    script = ScriptDirectory.from_config(_config(connection, stream, ""))
    return Position(stream.name or "core", context.get_current_revision(), script.get_current_head())


def _config(connection: Connection, stream: Stream, app_role: str) -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(stream.folder).replace("%", "%%"))
    config.attributes.update(connection=connection, stream=stream, app_role=app_role, metadata=metadata)
    return config


@contextmanager
def _connected(owner_url: str) -> Iterator[Connection]:
    """One connection that holds the lock of migrations, so that two runs never meet, and cannot wait for ever."""
    engine = create_engine(driver_url(owner_url), poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(text(WAIT))
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        for limit in LIMITS:
            connection.execute(text(limit))
        # Row-level security binds the owner too; a migration of data works for all tenants.
        connection.execute(text("SELECT set_config('aerostic.platform', 'on', false)"))
        connection.commit()
        yield connection


def _grant(connection: Connection, app_role: str) -> None:
    role = _quoted(connection, app_role)
    defaults = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    connection.execute(text(f"{defaults} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}"))
    connection.execute(text(f"{defaults} USAGE, SELECT ON SEQUENCES TO {role}"))
    connection.commit()


def _revoke_version(connection: Connection, stream: Stream, app_role: str) -> None:
    table = _quoted(connection, stream.version_table)
    connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {_quoted(connection, app_role)}"))
    connection.commit()


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
