"""Fixtures on the real PostgreSQL and Valkey, and the rule that no test leaves the machine."""

import base64
import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from psycopg import sql
from redis import Redis
from sqlalchemy import Engine, NullPool, create_engine

from aerostic.cli.migrate import migration_folders
from aerostic.cli.services.postgres import ADMIN, APP, OWNER
from aerostic.db.engine import driver_url
from aerostic.db.migrate import upgrade
from aerostic.db.redis import connect
from aerostic.registry import load_registry
from aerostic.settings import Settings
from tests.support.services import Servers, locked, make_database, make_folder, need, servers

FOLDER = "aerostic_folder"
TEMPLATE = "aerostic_template"
KEYS = "tst1:" + base64.b64encode(bytes(range(32))).decode()
# Data keys stay, too: the process knows those of the platform.
TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic\\_version%'"
    " AND tablename <> 'data_key' ORDER BY 1"
)

# How fast this machine happens to be says nothing of the code.
settings.register_profile("anywhere", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("anywhere")


def pytest_configure(config: pytest.Config) -> None:
    """The run's first process makes its folder; workers are told where it is."""
    if not hasattr(config, "workerinput"):
        folder, alive = make_folder()
        config.stash[RUN] = (folder, alive)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the run's servers are."""
    node.workerinput[FOLDER] = str(node.config.stash[RUN][0])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of the run: its keeper, if there is one, ends the servers and removes the folder."""
    if RUN in config.stash:
        folder, alive = config.stash[RUN]
        if not (folder / "keeper.log").exists():
            shutil.rmtree(folder)
        alive.close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail, what needs a service that is not there."""
    if item.get_closest_marker("kafka"):
        found = bool(shutil.which("java") and shutil.which("mvn"))
        need("kafka", found, "install Java 17 and Maven (apt-get install openjdk-17-jre-headless maven)")
    if item.get_closest_marker("chromium"):
        found = any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
        need("chromium", found, "install Chromium (apt-get install chromium)")


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Refuse connections that leave the machine."""
    connect_anywhere = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise AssertionError(f"a test tried to reach {address[0]}: only loopback addresses are allowed")
        connect_anywhere(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this process among those of the run: `main`, `gw0`, `gw1`, ..."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def run_servers(request: pytest.FixtureRequest) -> Servers:
    """The PostgreSQL and the Valkey of this run."""
    config = request.config
    folder = config.workerinput[FOLDER] if hasattr(config, "workerinput") else config.stash[RUN][0]
    return servers(Path(folder))


@pytest.fixture(scope="session")
def settings(run_servers: Servers, worker: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of this worker: its own database, its own Valkey database and its own prefix."""
    number = 0 if worker == "main" else 1 + int(worker.removeprefix("gw"))
    return Settings(
        _env_file=None,
        database_url=run_servers.postgres.url(APP, f"test_{worker}"),
        database_owner_url=run_servers.postgres.url(OWNER, f"test_{worker}"),
        redis_url=run_servers.valkey.url.removesuffix("/0") + f"/{number}",
        redis_prefix=f"test-{worker}",
        keys=KEYS,
        secret_key="only for tests, and long enough to sign with",
        plugin_errors="quarantine",
        outbound_allowed=["127.0.0.1"],
        staff_second_step=False,
        var=tmp_path_factory.mktemp("var"),
    )


@pytest.fixture(scope="session")
def migrated_database(run_servers: Servers, settings: Settings, worker: str) -> str:
    """This worker's database, a copy of the one that the first worker migrated."""
    with locked(run_servers.folder, "template"):
        done = run_servers.folder / "template.done"
        if not done.exists():
            make_database(run_servers, TEMPLATE, "template1")
            upgrade(run_servers.postgres.url(OWNER, TEMPLATE), APP, migration_folders(load_registry(settings)))
            done.touch()
        make_database(run_servers, f"test_{worker}", TEMPLATE)
    return f"test_{worker}"


@pytest.fixture(scope="session")
def admin(run_servers: Servers, migrated_database: str) -> Iterator["psycopg.Connection[Any]"]:
    """A superuser's connection to this worker's database: sees past row-level security, for checks and cleaning."""
    url = run_servers.postgres.url(ADMIN, migrated_database)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '5s'")
        yield connection


@pytest.fixture(scope="session")
def _kept_tables(admin: "psycopg.Connection[Any]") -> frozenset[str]:
    """Tables that migrations have filled."""
    return frozenset(_filled_tables(admin))


@pytest.fixture
def clean_database(admin: "psycopg.Connection[Any]", _kept_tables: frozenset[str]) -> Iterator[None]:
    """Empty every table afterwards that the test has filled."""
    yield
    _empty(admin, _filled_tables(admin) - _kept_tables)


def _empty(admin: "psycopg.Connection[Any]", filled: set[str]) -> None:
    """Deleting few rows takes a tenth of the time of truncating; keys and triggers have no say meanwhile."""
    many = _filled_tables(admin, 5_000) & filled
    if many:
        names = sql.SQL(", ").join(map(sql.Identifier, sorted(many)))
        admin.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        for name in sorted(filled - many):
            admin.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


def _filled_tables(admin: "psycopg.Connection[Any]", rows: int = 0) -> set[str]:
    """Those with more than so many rows."""
    tables = [name for (name,) in admin.execute(TABLES)]
    query = sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {} OFFSET {})")
    queries = [query.format(sql.Literal(name), sql.Identifier(name), sql.Literal(rows)) for name in tables]
    return {name for (name,) in admin.execute(sql.SQL(" UNION ALL ").join(queries))} if queries else set()


@pytest.fixture
def owner_engine(settings: Settings, clean_database: None) -> Iterator[Engine]:
    """An engine as the role that owns the tables."""
    engine = create_engine(driver_url(settings.database_owner_url), poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def redis(settings: Settings) -> Iterator[Redis]:
    """This worker's Valkey, empty; afterwards every key has to bear the prefix (RQ's own aside)."""
    with connect(settings) as client:
        client.flushdb()
        yield client
        prefix = settings.redis_prefix.encode() + b":"
        strangers = [key for key in client.scan_iter() if not key.startswith((prefix, b"rq:"))]
        client.flushdb()
    assert strangers == []


@pytest.fixture(scope="session")
def _application(settings: Settings, migrated_database: str) -> Iterator[Flask]:
    from aerostic.app import create_app
    from aerostic.db import db
    from aerostic.security.vault import keyring

    application = create_app(settings)
    application.extensions[OWN_KEYS] = keyring()
    yield application
    with application.app_context():
        db.engine.dispose()
    application.extensions["aerostic"].redis.close()


@pytest.fixture
def app(_application: Flask, clean_database: None, redis: Redis) -> Iterator[Flask]:
    """The application as the non-owner role, its context pushed; database and Valkey are empty again afterwards.

    A test leaves no scope behind: the ones after it would see rows that they have not asked for. Its keys are its own again,
    whatever a test has done before.
    """
    from aerostic.db.scopes import NOTHING, current_scope
    from aerostic.security.vault import use_keyring
    from aerostic.tenancy.brands.finding import brands
    from aerostic.tenancy.hosts import hosts

    for remembered in (brands, hosts):
        remembered.drop()
    use_keyring(_application.extensions[OWN_KEYS])
    with _application.app_context():
        yield _application
    assert current_scope() == NOTHING


OWN_KEYS = "own_keys"
RUN = pytest.StashKey[tuple[Path, Any]]()
os.environ.pop("DATABASE_URL", None)
os.environ.pop("REDIS_URL", None)
