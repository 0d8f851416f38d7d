"""docs/plugin-tutorial.md, done as it says: its files written, installed, tested, migrated, switched on, purged."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from aerostic.settings import Settings
from tests.support.services import Servers
from tests.third_party.machine import Machine, machine, passed

PAGE = Path(__file__).parents[2] / "docs" / "plugin-tutorial.md"
FILE = re.compile(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = dict(FILE.findall(PAGE.read_text()))
COMMANDS = [line for block in SHELL.findall(PAGE.read_text()) for line in block.splitlines()]


@pytest.fixture
def reader(run_servers: Servers, settings: Settings, worker: str, tmp_path: Path) -> Iterator[Machine]:
    """The machine of somebody who has written every file of the page."""
    with machine(run_servers, settings, f"tutorial_{worker}", tmp_path) as readers:
        for name, text in FILES.items():
            file = readers.folder / "replies" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        yield readers


def test_the_page_shows_a_whole_distribution() -> None:
    blocks = re.findall(r"^```(?!sh$)\w+$", PAGE.read_text(), re.MULTILINE)
    assert len(FILES) == len(blocks) == 12
    assert {"setup.cfg", "acme_replies/__init__.py", "tests/test_replies.py"} <= set(FILES)


def test_every_command_of_the_page_does_what_it_says(reader: Machine) -> None:
    """In their order; a command that this test does not know fails it."""
    output = {}
    for command in COMMANDS:
        program, *arguments = shlex.split(command)
        if program == "pip":
            reader.install(reader.folder / "replies")
        elif program == "pytest":
            arguments = [str(reader.folder / "replies" / "tests") if word == "tests" else word for word in arguments]
            output[command] = passed(reader.run("pytest", "-p", "no:cacheprovider", *arguments, **reader.test_servers))
        else:
            assert program == "aerostic"
            if "--tenant" in arguments:
                reader.ask(
                    "INSERT INTO tenant (id, name, slug, created_at) VALUES (gen_random_uuid(), 'B', 'bella', now())"
                    " RETURNING 1"
                )
            output[command] = passed(reader.aerostic(*arguments))
    assert "replies" in output["aerostic plugins list"]
    assert "5 passed" in output["pytest tests"]
    assert "passed" in output["pytest --pyargs aerostic.testing.contract -k replies"]
    assert "replies: 0001" in output["aerostic migrate"].splitlines()
    assert output["aerostic plugins enable replies --tenant bella"] == "replies is on for bella\n"
    assert passed(reader.aerostic("plugins", "purge", "replies", "--yes")) == "replies: removed\n"
    assert reader.ask("SELECT 1 FROM pg_tables WHERE tablename LIKE '%replies%'") == []
