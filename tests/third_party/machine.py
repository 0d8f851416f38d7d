"""Somebody's machine: a folder to install to, and a database of its own on this run's servers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from aerostic.cli.services.postgres import ADMIN, APP, OWNER
from aerostic.settings import Settings
from aerostic.testing.servers import DATABASE, DATABASE_OWNER, REDIS
from tests.support.services import Servers, make_database

OFFLINE = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
Done = subprocess.CompletedProcess


@dataclass
class Machine:
    """Runs programs away from the repository, with what is installed on their path."""

    folder: Path
    site: Path
    servers: Servers
    database: str
    redis_url: str

    def url(self, role: str) -> str:
        """The database as a role."""
        return self.servers.postgres.url(role, self.database)

    @property
    def test_servers(self) -> dict[str, str]:
        """The environment that names the servers for the kit."""
        return {DATABASE: self.url(APP), DATABASE_OWNER: self.url(OWNER), REDIS: self.redis_url}

    def run(self, *arguments: str, **environment: str) -> "Done[str]":
        """`python -m ARGUMENTS`."""
        known = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
        return subprocess.run(
            (sys.executable, "-m", *arguments),
            cwd=self.folder,
            env={**known, "PYTHONPATH": str(self.site), **environment},
            capture_output=True,
            text=True,
            timeout=240,
        )

    def install(self, source: Path) -> None:
        """Install a copy of a distribution as pip does, without the network."""
        copy = shutil.copytree(source, self.folder / "source")
        passed(self.run("pip", "install", *OFFLINE, "--target", str(self.site), str(copy)))
        shutil.rmtree(copy)

    def aerostic(self, *arguments: str) -> "Done[str]":
        """`aerostic ARGUMENTS` on this machine's servers."""
        return self.run(
            "aerostic.cli",
            *arguments,
            DATABASE_URL=self.url(APP),
            DATABASE_OWNER_URL=self.url(OWNER),
            REDIS_URL=self.redis_url,
            AEROSTIC_KEYS="kit1:" + "A" * 43 + "=",
            AEROSTIC_SECRET_KEY="only for tests, and long enough to sign with",
        )

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """What the database answers a superuser."""
        with psycopg.connect(self.url(ADMIN), autocommit=True) as connection:
            return connection.execute(sql.SQL(query)).fetchall()


@contextmanager
def machine(servers: Servers, settings: Settings, name: str, folder: Path) -> Iterator[Machine]:
    """A machine with an empty database, which goes with the block."""
    make_database(servers, name, "template1")
    yield Machine(folder, folder / "site", servers, name, settings.redis_url)
    with psycopg.connect(servers.postgres.url(ADMIN, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def passed(done: "Done[str]") -> str:
    """The output of a program that has to have succeeded."""
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout
