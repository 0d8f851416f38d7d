"""The shape of the code: import contracts that have been seen to fail, plugins that are really installed, small files."""

import ast
import configparser
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 500
CORE = sorted(
    path.stem
    for path in (ROOT / "aerostic").iterdir()
    if (path.is_dir() and (path / "__init__.py").exists()) or (path.suffix == ".py" and path.stem != "__init__")
)
PLUGINS = sorted(path.parent.name for path in (ROOT / "plugins").glob("*/__init__.py"))


@pytest.fixture(scope="module")
def contracts() -> configparser.ConfigParser:
    """The import contracts of setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def listed(parser: Mapping[str, Any], section: str, option: str) -> list[str]:
    return str(parser[section][option]).split()


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    files = [
        file for folder in ("aerostic", "plugins", "tests", "migrations") for file in (ROOT / folder).rglob("*.py")
    ]
    assert len(files) > 200
    long = {str(file.relative_to(ROOT)): n for file in files if (n := file.read_text().count("\n")) > LONGEST}
    assert long == {}


def test_every_folder_in_plugins_is_installed_as_an_entry_point() -> None:
    installed = distribution("aerostic").entry_points.select(group="aerostic.plugins")
    assert sorted(entry.value for entry in installed) == PLUGINS, "reinstall: make setup, or pip install -e '.[dev]'"


def test_plugins_themes_and_migrations_are_no_packages() -> None:
    assert [name for name in ("plugins", "themes", "migrations") if (ROOT / name / "__init__.py").exists()] == []


def test_the_contracts_name_every_part_of_the_core_and_every_plugin(contracts: configparser.ConfigParser) -> None:
    core = [f"aerostic.{name}" for name in CORE if name != "sdk"]
    assert listed(contracts, "importlinter", "root_packages") == ["aerostic", *PLUGINS]
    assert listed(contracts, "importlinter:contract:core", "source_modules") == core
    assert listed(contracts, "importlinter:contract:core", "forbidden_modules") == ["aerostic.sdk", *PLUGINS]
    assert listed(contracts, "importlinter:contract:sdk", "source_modules") == PLUGINS
    assert listed(contracts, "importlinter:contract:sdk", "forbidden_modules") == core
    assert listed(contracts, "importlinter:contract:plugins", "modules") == PLUGINS
    layers = contracts["importlinter:contract:layers"]["layers"]
    for mark in ":|()":
        layers = layers.replace(mark, " ")
    assert sorted({*layers.split()} - {"flows", "detection"}) == sorted(
        name for name in CORE if name not in ("sdk", "flows", "detection", "__main__")
    )


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = (sys.executable, "-c", program, "--config", str(folder / "setup.cfg"), "--no-cache")
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder), "COLUMNS": "200"}
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """An empty house of the same plan, under the contracts of setup.cfg."""
    for name in sorted({*CORE, "flows", "detection"}):
        package = tmp_path / "aerostic" / name
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
    (tmp_path / "aerostic" / "__init__.py").touch()
    for name in PLUGINS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("import aerostic.sdk")
    (tmp_path / "aerostic" / "sdk" / "__init__.py").write_text("import aerostic.messaging, aerostic.ledger")
    whole = configparser.ConfigParser()
    whole.read(ROOT / "setup.cfg")
    part = configparser.ConfigParser()
    part.read_dict({name: dict(whole[name]) for name in whole.sections() if name.startswith("importlinter")})
    with (tmp_path / "setup.cfg").open("w") as file:
        part.write(file)
    return tmp_path


def test_the_contracts_hold_for_an_empty_house(house: Path) -> None:
    done = lint(house)
    assert "4 kept, 0 broken" in done.stdout, done.stdout + done.stderr


VIOLATIONS = {
    "upwards": ("aerostic/db", "import aerostic.messaging", "An import only ever points down"),
    "sideways": ("aerostic/ledger", "import aerostic.streams", "An import only ever points down"),
    "siblings": ("aerostic/flows", "import aerostic.detection", "An import only ever points down"),
    "core to plugin": ("aerostic/web", "import aerostic_whatsapp", "The core knows no plugin"),
    "core to sdk": ("aerostic/web", "import aerostic.sdk", "The core knows no plugin"),
    "past the sdk": ("aerostic_pricing", "import aerostic.ledger", "A plugin imports from Aerostic only the SDK"),
    "plugin to plugin": ("aerostic_pricing", "import aerostic_campaigns", "Plugins do not import each other"),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_each_contract_is_seen_to_fail(house: Path, name: str) -> None:
    package, statement, contract = VIOLATIONS[name]
    (house / package / "__init__.py").write_text(statement)
    done = lint(house)
    assert done.returncode == 1
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert len(broken) == 1, done.stdout + done.stderr
    assert broken[0].startswith(contract)


# A plugin asks addresses through `aerostic.sdk.http` alone, which lets nobody look into our network.
NETWORK = {
    "socket",
    "urllib.request",
    "http.client",
    "urllib3",
    "requests",
    "httpx",
    "aiohttp",
    "ftplib",
    "smtplib",
    "telnetlib",
}
ASKS_BY_ITSELF = {
    # The lane keeps its connections open: they look hosts up through the guard, and follow nowhere.
    "aerostic_whatsapp/sending.py",
    "aerostic_whatsapp/graph.py",
    "aerostic_whatsapp/media.py",
    # Stand-ins for providers, processes of their own that hold nobody's data.
    "aerostic_stripe/emulator",
    "aerostic_emulator",
}


def network_imports(source: str) -> set[str]:
    """What a module imports of what can ask the network."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if any(f"{name}.".startswith(f"{found}.") for found in NETWORK)}


def test_plugins_ask_the_network_through_the_guard_only() -> None:
    found = {
        str(file.relative_to(ROOT / "plugins"))
        for file in (ROOT / "plugins").rglob("*.py")
        if network_imports(file.read_text())
    }
    assert {name for name in found if not name.startswith(tuple(ASKS_BY_ITSELF))} == set()
    assert [name for name in ASKS_BY_ITSELF if not any(file.startswith(name) for file in found)] == []


@pytest.mark.parametrize(
    "line",
    ["import socket", "from urllib import request", "import urllib.request as u", "from aiohttp import ClientSession",
     "def f():\n    import requests.sessions", "from http import client"],
)  # fmt: skip
def test_every_way_to_import_is_seen(line: str) -> None:
    assert network_imports(line)
    assert not network_imports(
        "from urllib.parse import urlsplit\nfrom http import HTTPStatus\nfrom aerostic.sdk import http"
    )
