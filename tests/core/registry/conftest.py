"""Plugins written for one test, in a folder of AEROSTIC_PLUGIN_PATH."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from aerostic.registry import Registry, load_registry
from aerostic.settings import Settings

HEAD = """
from aerostic.sdk import *
plugin = Plugin(name={name!r}, title="T", version="1", description="D.", author="A"{more})
"""


class Shelf:
    """A folder of plugins, and a registry made of nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []

    def write(self, name: str, body: str = "", *, more: str = "", **files: str) -> Path:
        """Write a plugin: `body` follows its metadata, `more` are further arguments of it, `files` stand beside."""
        return self.write_raw(name, HEAD.format(name=name, more=", " + more if more else "") + dedent(body), **files)

    def write_raw(self, name: str, source: str, **files: str) -> Path:
        """Write a package that may be no plugin at all."""
        package = self.folder / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(dedent(source))
        for file, text in files.items():
            (package / f"{file}.py").write_text(dedent(text))
        self.names.append(name)
        return package

    def settings(self, **values: Any) -> Settings:
        """Settings under which these plugins are the only ones."""
        mine: dict[str, Any] = {"plugin_path": [self.folder], "plugins": self.names}
        return Settings(_env_file=None, **{**mine, **values})

    def load(self, **values: Any) -> Registry:
        """The registry of these plugins."""
        return load_registry(self.settings(**values))

    def reasons(self, **values: Any) -> dict[str, str]:
        """The plugins that are put aside, and why."""
        return {item.name: item.reason for item in self.load(**values).quarantined}


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An empty folder of plugins; what was imported of it is forgotten afterwards."""
    shelf = Shelf(tmp_path / "plugins")
    shelf.folder.mkdir()
    yield shelf
    for name in [key for key in sys.modules if key.partition(".")[0] in shelf.names]:
        del sys.modules[name]
