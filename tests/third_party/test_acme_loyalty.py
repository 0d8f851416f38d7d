"""A real distribution of somebody else: installed, used, tested by its own means, uninstalled; the core goes on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aerostic.app import load_models
from aerostic.cli.migrate import migration_folders
from aerostic.cli.services.postgres import APP, OWNER
from aerostic.db import migrate
from aerostic.registry import load_registry
from aerostic.settings import Settings
from tests.support.services import Servers
from tests.third_party.machine import Machine, machine, passed

SOURCE = Path(__file__).parent / "acme_loyalty"
TABLES = "SELECT tablename FROM pg_tables WHERE tablename LIKE 'loyalty%' OR tablename = 'alembic_version_loyalty' ORDER BY 1"


@pytest.fixture
def acme(run_servers: Servers, settings: Settings, worker: str, tmp_path: Path) -> Iterator[Machine]:
    """A machine with acme-loyalty installed."""
    with machine(run_servers, settings, f"loyalty_{worker}", tmp_path) as somebodys:
        somebodys.install(SOURCE)
        yield somebodys


def tables(acme: Machine) -> list[object]:
    return [name for (name,) in acme.ask(TABLES)]


def test_it_is_installed_tested_by_its_own_tests_and_uninstalled_and_the_core_goes_on(
    acme: Machine, settings: Settings
) -> None:
    assert "loyalty" in [line.split()[0] for line in passed(acme.aerostic("plugins", "list")).splitlines()]
    assert "loyalty: 0001" in passed(acme.aerostic("migrate")).splitlines()
    assert tables(acme) == ["alembic_version_loyalty", "loyalty__points"]
    assert passed(acme.aerostic("plugins", "check")) == "tables and models agree\n"
    tests = shutil.copytree(SOURCE / "tests", acme.folder / "tests")
    assert "12 passed" in passed(acme.run("pytest", str(tests), "-q", "-p", "no:cacheprovider", **acme.test_servers))

    shutil.rmtree(acme.site)
    load_models()
    folders = migration_folders(load_registry(settings))
    assert "loyalty" not in folders
    migrate.upgrade(acme.url(OWNER), APP, folders)
    assert migrate.drift(acme.url(OWNER), APP, folders) == {}
    assert "loyalty" not in passed(acme.aerostic("plugins", "list"))
    assert tables(acme) == ["alembic_version_loyalty", "loyalty__points"]

    acme.install(SOURCE)
    assert passed(acme.aerostic("plugins", "purge", "loyalty", "--yes")) == "loyalty: removed\n"
    assert tables(acme) == []


def test_the_contract_suite_passes_on_servers_of_its_own(acme: Machine) -> None:
    suite = ("--pyargs", "aerostic.testing.contract", "-q", "-p", "no:cacheprovider", "-k", "loyalty")
    output = passed(acme.run("pytest", *suite))
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
    "test_its_steps_are_named_and_explained",
    "test_its_steps_can_be_described_and_have_an_example_without_problems",
    "test_its_tables_agree_with_its_models",
    "test_its_tables_that_belong_to_tenants_are_closed_to_others",
    "test_its_templates_and_static_files_lie_in_folders_of_its_name",
    "test_the_forms_of_its_steps_are_complete",
)


def test_a_plugin_that_breaks_the_rules_fails_the_contract_suite(acme: Machine) -> None:
    site = shutil.copytree(acme.site, acme.folder / "spoiled")
    package = site / "acme_loyalty"
    (package / "README.md").unlink()
    (package / "static" / "loose.css").touch()
    change(package / "__init__.py", 'author="Acme"', 'author=""')
    change(package / "__init__.py", "message.read", "message.chewed")
    change(package / "jobs.py", "from sqlalchemy", "import aerostic.db\nfrom sqlalchemy")
    change(package / "settings.py", ', description="Days until points are forgotten."', "")
    change(package / "flows.py", '"gift", "Loyalty"', '"no-such-icon", "Loyalty"')
    change(package / "flows.py", 'default=10, title="Points"', "default=10")
    change(package / "flows.py", '"points": 20, "tiers"', '"points": 0, "tiers"')
    migration = package / "migrations" / "0001_points.py"
    change(migration, 'sa.Column("points", sa.BigInteger()', 'sa.Column("points", sa.Integer()')
    change(migration, "Protection().statements", "Protection(services=('cron',)).statements")
    change(migration, "op.drop_table(TABLE)", "pass")
    suite = ("--pyargs", "aerostic.testing.contract", "-q", "-p", "no:cacheprovider", "-k", "loyalty", "--tb=no")
    done = acme.run("pytest", *suite, PYTHONPATH=str(site))
    failed = {
        line.partition("::")[2].partition("[")[0] for line in done.stdout.splitlines() if line.startswith("FAILED")
    }
    assert failed == set(BROKEN_RULES), done.stdout[-3000:]
