"""One PostgreSQL and one Valkey for a whole run of tests, whatever the number of workers.

The first worker that needs them starts a keeper: a process that owns both servers and ends, with them and their files, as soon
as the lock is free that the run's first process holds for its life. So a killed run leaves nothing behind.
"""

import fcntl
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
import pytest
from psycopg import sql

from aerostic.cli.services import Postgres, Valkey, load_secrets
from aerostic.cli.services.children import free_port, start, stop
from aerostic.cli.services.postgres import OWNER
from aerostic.cli.services.secrets import write_private

MEMORY = Path("/dev/shm")
PREFIX = "aerostic-tests-"
START_SECONDS = 60.0
STALE_SECONDS = 600.0


@dataclass(frozen=True)
class Servers:
    """Where the servers of this run listen."""

    folder: Path
    postgres_port: int
    valkey_port: int

    @property
    def postgres(self) -> Postgres:
        """Addresses of the PostgreSQL."""
        return Postgres(self.folder / "postgres", load_secrets(self.folder), self.postgres_port)

    @property
    def valkey(self) -> Valkey:
        """Addresses of the Valkey."""
        return Valkey(self.folder / "valkey", load_secrets(self.folder), self.valkey_port)


def make_folder() -> tuple[Path, IO[str]]:
    """A folder for a run, in memory where possible, and the lock that says the run is alive."""
    root = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    _sweep(root)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
    alive = (folder / "alive").open("w")
    fcntl.flock(alive, fcntl.LOCK_EX)
    return folder, alive


def _sweep(root: Path) -> None:
    """Remove what runs have left that were killed together with their keeper."""
    for folder in root.glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / "alive").open() as alive:
            if time.time() - folder.stat().st_ctime > STALE_SECONDS:
                fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """One worker at a time."""
    with (folder / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def servers(folder: Path) -> Servers:
    """The run's servers, started by whoever asks first."""
    with locked(folder, "starting"):
        if not (folder / "ports.json").exists():
            _start_keeper(folder)
    return Servers(folder, **json.loads((folder / "ports.json").read_text()))


def make_database(run: Servers, name: str, template: str) -> None:
    """A database of the owner's, made anew as a copy of `template`."""
    with psycopg.connect(run.postgres.url("postgres", "postgres"), autocommit=True) as connection:
        parts = {"name": sql.Identifier(name), "template": sql.Identifier(template), "owner": sql.Identifier(OWNER)}
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**parts))
        connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template} OWNER {owner}").format(**parts))


def need(name: str, found: bool, how: str) -> None:
    """Skip a test whose service this machine lacks, or fail it where AEROSTIC_REQUIRE names the service.

    Args:
        name: of the service.
        found: whether it is there.
        how: how to get it, in one line.
    """
    if found:
        return
    if name in os.environ.get("AEROSTIC_REQUIRE", "").split(","):
        pytest.fail(f"{name} is required here and missing: {how}")
    pytest.skip(f"no {name}: {how}")


def _start_keeper(folder: Path) -> None:
    program = [sys.executable, "-m", "tests.support.services", str(folder)]
    output = (os.POSIX_SPAWN_OPEN, 1, str(folder / "keeper.log"), os.O_WRONLY | os.O_CREAT, 0o600)
    keeper = os.posix_spawn(
        sys.executable,
        program,
        {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        file_actions=[output, (os.POSIX_SPAWN_DUP2, 1, 2)],
        setsid=True,
    )
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "ports.json").exists():
        if os.waitpid(keeper, os.WNOHANG)[0] or time.monotonic() > deadline:
            raise RuntimeError("the servers for tests did not start:\n" + (folder / "keeper.log").read_text())
        time.sleep(0.02)


def keep(folder: Path) -> None:
    """Run the servers until nobody holds the run's lock, then remove everything."""
    secrets = load_secrets(folder)
    owned = (
        Postgres(folder / "postgres", secrets, free_port(), durable=False),
        Valkey(folder / "valkey", secrets, free_port(), fsync="no"),
    )
    children = []
    try:
        for server in owned:
            server.prepare()
            children.append((start(server.command(), sys.stdout.fileno()), server.command()))
        for server in owned:
            while not server.ready():
                time.sleep(0.02)
            server.set_up()
        write_private(folder / "ports.json", {"postgres_port": owned[0].port, "valkey_port": owned[1].port})
        with (folder / "alive").open() as alive:
            fcntl.flock(alive, fcntl.LOCK_SH)
    finally:
        for child, command in children:
            stop(child, command)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
