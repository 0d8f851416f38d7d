"""A PostgreSQL and a Valkey for a run of tests: those that are named in the environment, or private ones from the wheels."""

import base64
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aerostic.cli.migrate import app_role, migration_folders
from aerostic.cli.services import Postgres, Valkey, load_secrets
from aerostic.cli.services.children import free_port, start, stop
from aerostic.cli.services.postgres import OWNER
from aerostic.db.migrate import upgrade
from aerostic.registry import load_registry
from aerostic.settings import Settings

DATABASE, DATABASE_OWNER, REDIS = (
    "AEROSTIC_TEST_DATABASE_URL",
    "AEROSTIC_TEST_DATABASE_OWNER_URL",
    "AEROSTIC_TEST_REDIS_URL",
)
START_SECONDS = 60.0


@contextmanager
def kit_settings() -> Iterator[Settings]:
    """Settings on servers that tests may write to; private ones end with the block.

    The names of real services (`DATABASE_URL`, ...) are never used: tests change what they find.

    Raises:
        ValueError: only some of the three addresses are given.
    """
    given = {name: os.environ.get(name, "") for name in (DATABASE, DATABASE_OWNER, REDIS)}
    if all(given.values()):
        yield _settings(given[DATABASE], given[DATABASE_OWNER], given[REDIS], Path(tempfile.gettempdir()))
        return
    if any(given.values()):
        missing = ", ".join(name for name, value in given.items() if not value)
        raise ValueError(f"Set {missing} too, or none of the three: then private servers are started.")
    with tempfile.TemporaryDirectory(prefix="aerostic-kit-") as name:
        yield from _private(Path(name))


def migrate(settings: Settings) -> None:
    """Bring the tables of the core and of every installed plugin up to date."""
    folders = migration_folders(load_registry(settings))
    upgrade(settings.database_owner_url, app_role(settings), folders)


def _settings(database: str, owner: str, redis: str, var: Path) -> Settings:
    return Settings(
        _env_file=None,
        database_url=database,
        database_owner_url=owner,
        redis_url=redis,
        redis_prefix="aerostic-kit",
        keys="kit1:" + base64.b64encode(bytes(32)).decode(),
        secret_key="signs nothing but the cookies of tests",
        outbound_allowed=["127.0.0.1"],
        staff_second_step=False,
        var=var,
    )


def _private(folder: Path) -> Iterator[Settings]:
    secrets = load_secrets(folder)
    postgres = Postgres(folder / "postgres", secrets, free_port(), durable=False)
    valkey = Valkey(folder / "valkey", secrets, free_port(), fsync="no")
    children = []
    with (folder / "log").open("wb") as log:
        try:
            for server in (postgres, valkey):
                server.prepare()
                children.append((start(server.command(), log), server.command()))
            for server in (postgres, valkey):
                _wait(server, folder / "log")
                server.set_up()
            yield _settings(postgres.url(), postgres.url(OWNER), valkey.url, folder)
        finally:
            for child, command in children:
                stop(child, command)


def _wait(server: Postgres | Valkey, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.ready():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{server.name} did not start: {log.read_text(errors='replace')}")
        time.sleep(0.02)
