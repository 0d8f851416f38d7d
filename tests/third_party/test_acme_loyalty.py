"""A real distribution of somebody else: installed, used, tested by its own means, uninstalled; the core goes on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from aerostic.app import load_models
from aerostic.cli.migrate import migration_folders
from aerostic.cli.services.postgres import ADMIN, APP, OWNER
from aerostic.db import migrate
from aerostic.registry import load_registry
from aerostic.settings import Settings
from aerostic.testing.servers import DATABASE, DATABASE_OWNER, REDIS
from tests.support.services import Servers, make_database

SOURCE = Path(__file__).parent / "acme_loyalty"
TABLES = "SELECT tablename FROM pg_tables WHERE tablename LIKE 'loyalty%' OR tablename = 'alembic_version_loyalty' ORDER BY 1"


@dataclass
class Machine:
    """Somebody's machine: a database, and a folder that packages are installed to."""

    folder: Path
    site: Path
    servers: Servers
    database: str
    redis_url: str

    def url(self, role: str) -> str:
        return self.servers.postgres.url(role, self.database)

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """`python -m ARGUMENTS` away from the repository, with what is installed on the path."""
        known = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
        return subprocess.run(
            (sys.executable, "-m", *arguments),
            cwd=self.folder,
            env={**known, "PYTHONPATH": str(self.site), **environment},
            capture_output=True,
            text=True,
            timeout=240,
        )

    def install(self) -> None:
        """Install the distribution as pip does, without the network."""
        source = shutil.copytree(SOURCE, self.folder / "source")
        offline = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
        done = self.run("pip", "install", *offline, "--target", str(self.site), str(source))
        assert done.returncode == 0, done.stderr
        shutil.rmtree(source)

    def aerostic(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """`aerostic ARGUMENTS` on this machine's servers."""
        keys = "kit1:" + "A" * 43 + "="
        return self.run(
            "aerostic.cli",
            *arguments,
            DATABASE_URL=self.url(APP),
            DATABASE_OWNER_URL=self.url(OWNER),
            REDIS_URL=self.redis_url,
            AEROSTIC_KEYS=keys,
            AEROSTIC_SECRET_KEY="only for tests, and long enough to sign with",
        )

    def tables(self) -> list[str]:
        with psycopg.connect(self.url(ADMIN), autocommit=True) as connection:
            return [str(name) for (name,) in connection.execute(sql.SQL(TABLES))]


@pytest.fixture(scope="module")
def machine(
    run_servers: Servers, settings: Settings, worker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    name = f"third_party_{worker}"
    make_database(run_servers, name, "template1")
    folder = tmp_path_factory.mktemp("machine")
    machine = Machine(folder, folder / "site", run_servers, name, settings.redis_url)
    machine.install()
    yield machine
    with psycopg.connect(run_servers.postgres.url(ADMIN, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def passed(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def test_it_is_listed_once_it_is_installed(machine: Machine) -> None:
    assert "loyalty" in [line.split()[0] for line in passed(machine.aerostic("plugins", "list")).splitlines()]


def test_migrating_brings_its_tables(machine: Machine) -> None:
    assert "loyalty: 0001" in passed(machine.aerostic("migrate")).splitlines()
    assert machine.tables() == ["alembic_version_loyalty", "loyalty__points"]
    assert passed(machine.aerostic("plugins", "check")) == "tables and models agree\n"


def test_its_own_tests_pass_on_servers_that_are_named(machine: Machine) -> None:
    addresses = {DATABASE: machine.url(APP), DATABASE_OWNER: machine.url(OWNER), REDIS: machine.redis_url}
    tests = shutil.copytree(SOURCE / "tests", machine.folder / "tests")
    output = passed(machine.run("pytest", str(tests), "-q", "-p", "no:cacheprovider", **addresses))
    assert "7 passed" in output


def test_the_contract_suite_passes_on_servers_of_its_own(machine: Machine) -> None:
    suite = ("--pyargs", "aerostic.testing.contract", "-q", "-p", "no:cacheprovider", "-k", "loyalty")
    output = passed(machine.run("pytest", *suite))
    assert "passed" in output
    assert "skipped" not in output


def change(file: Path, old: str, new: str) -> None:
    """Spoil a file."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


BROKEN_RULES = (
    "test_it_has_a_readme",
    "test_its_handlers_want_events_that_exist",
    "test_its_metadata_is_complete",
    "test_its_migrations_go_up_down_and_up_again",
    "test_it_imports_nothing_of_the_core_but_the_sdk",
    "test_its_settings_are_explained",
    "test_its_tables_agree_with_its_models",
    "test_its_tables_that_belong_to_tenants_are_closed_to_others",
    "test_its_templates_and_static_files_lie_in_folders_of_its_name",
)


def test_a_plugin_that_breaks_the_rules_fails_the_contract_suite(machine: Machine) -> None:
    site = shutil.copytree(machine.site, machine.folder / "spoiled")
    package = site / "acme_loyalty"
    (package / "README.md").unlink()
    (package / "static" / "loose.css").touch()
    change(package / "__init__.py", 'author="Acme"', 'author=""')
    change(package / "__init__.py", "message.read", "message.chewed")
    change(package / "jobs.py", "from sqlalchemy", "import aerostic.db\nfrom sqlalchemy")
    change(package / "settings.py", ', description="Days until points are forgotten."', "")
    migration = package / "migrations" / "0001_points.py"
    change(migration, 'sa.Column("points", sa.BigInteger()', 'sa.Column("points", sa.Integer()')
    change(migration, "Protection().statements", "Protection(services=('cron',)).statements")
    change(migration, "op.drop_table(TABLE)", "pass")
    suite = ("--pyargs", "aerostic.testing.contract", "-q", "-p", "no:cacheprovider", "-k", "loyalty", "--tb=no")
    done = machine.run("pytest", *suite, PYTHONPATH=str(site))
    failed = {
        line.partition("::")[2].partition("[")[0] for line in done.stdout.splitlines() if line.startswith("FAILED")
    }
    assert failed == set(BROKEN_RULES), done.stdout[-3000:]


def test_uninstalled_it_leaves_the_core_as_it_was(machine: Machine, settings: Settings) -> None:
    load_models()
    shutil.rmtree(machine.site)
    folders = migration_folders(load_registry(settings))
    assert "loyalty" not in folders
    migrate.upgrade(machine.url(OWNER), APP, folders)
    assert migrate.drift(machine.url(OWNER), APP, folders) == {}
    assert "loyalty" not in passed(machine.aerostic("plugins", "list"))
    assert passed(machine.aerostic("plugins", "check")) == "tables and models agree\n"
    assert machine.tables() == ["alembic_version_loyalty", "loyalty__points"]


def test_installed_again_it_can_be_purged(machine: Machine) -> None:
    machine.install()
    assert passed(machine.aerostic("plugins", "purge", "loyalty", "--yes")) == "loyalty: removed\n"
    assert machine.tables() == []
