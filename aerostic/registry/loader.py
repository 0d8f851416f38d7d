"""Finding and importing plugins: entry points first, then the folders of AEROSTIC_PLUGIN_PATH.

Duplicate names are an error; a plugin that cannot be imported, hangs, or is not shaped like one is put in quarantine with
its reason, or stops start-up where the settings say so.
"""

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from aerostic.registry.plugin import Plugin
from aerostic.settings import Settings

T = TypeVar("T")
GROUP = "aerostic.plugins"


class PluginError(Exception):
    """A plugin that cannot be loaded, with what to do about it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin that was found: its name, where it comes from, and how to import it."""

    name: str
    origin: str
    load: Callable[[], ModuleType]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A plugin that was left out, and why."""

    name: str
    origin: str
    reason: str


def find(settings: Settings) -> list[Candidate]:
    """All installed plugins that the settings allow.

    Raises:
        PluginError: two plugins have the same name.
    """
    found: dict[str, Candidate] = {}
    for candidate in (*_from_entry_points(), *_from_folders(settings.plugin_path)):
        if settings.plugins is not None and candidate.name not in settings.plugins:
            continue
        other = found.get(candidate.name)
        if other:
            raise PluginError(
                f"Two plugins are called {candidate.name!r}: {other.origin} and {candidate.origin}. Uninstall one of them."
            )
        found[candidate.name] = candidate
    return list(found.values())


def _from_entry_points() -> Iterator[Candidate]:
    for entry in entry_points(group=GROUP):
        distribution = entry.dist.name if entry.dist else "?"
        yield Candidate(entry.name, f"{entry.value} of {distribution}", entry.load)


def _from_folders(folders: list[Path]) -> Iterator[Candidate]:
    for folder in folders:
        if not folder.is_dir():
            raise PluginError(f"AEROSTIC_PLUGIN_PATH names {folder}, which is not a folder.")
        for package in sorted(folder.iterdir()):
            if (package / "__init__.py").is_file():
                yield Candidate(package.name, str(package), lambda package=package: _import_folder(package))  # type: ignore[misc]


def _import_folder(package: Path) -> ModuleType:
    known = sys.modules.get(package.name)
    if known:
        if package in map(Path, getattr(known, "__path__", ())):
            return known
        raise PluginError(f"{package}: there is another module called {package.name!r}. Rename the folder.")
    spec = importlib.util.spec_from_file_location(
        package.name, package / "__init__.py", submodule_search_locations=[str(package)]
    )
    if spec is None or spec.loader is None:
        raise PluginError(f"{package} is not an importable package.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[package.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[package.name]
        raise
    return module


def load(candidate: Candidate, seconds: float) -> ModuleType:
    """Import one plugin with its models, within a time limit, and check its shape.

    Raises:
        PluginError: it raised, exited, hung, or has no fitting `plugin = Plugin(...)`.
    """
    return within(seconds, f"{candidate.name}: import", lambda: _checked(candidate, candidate.load()))


def within(seconds: float, what: str, work: Callable[[], T]) -> T:
    """Run a plugin's code at start-up: neither its exceptions, nor its exit, nor its hanging end the process.

    Raises:
        PluginError: `what` failed, or took too long.
    """
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # a client library may even call sys.exit()
            failure.append(error)

    # A daemon thread: code that hangs can be given up, not ended.
    thread = threading.Thread(target=run, name=what, daemon=True)
    thread.start()
    thread.join(seconds)
    if failure and isinstance(failure[0], PluginError):
        raise failure[0]
    if failure:
        raise PluginError(f"{what} failed: {failure[0]!r}") from failure[0]
    if not result:
        raise PluginError(f"{what} took longer than {seconds:g} s and was given up.")
    return result[0]


def _checked(candidate: Candidate, module: ModuleType) -> ModuleType:
    plugin = getattr(module, "plugin", None)
    if not isinstance(plugin, Plugin):
        raise PluginError(f"{candidate.name}: {candidate.origin} has no `plugin = Plugin(...)`.")
    if candidate.name not in (plugin.name, module.__name__):
        raise PluginError(f"{candidate.name}: calls itself {plugin.name!r}; the entry point and the name must agree.")
    _import_models(module, plugin.name)
    return module


def _import_models(module: ModuleType, plugin: str) -> None:
    """Import the plugin's models, so that its tables are known; other files are imported by its hooks."""
    name = f"{module.__name__}.models"
    if not importlib.util.find_spec(name):
        return
    for model in vars(importlib.import_module(name)).values():
        table = getattr(model, "__tablename__", None) if getattr(model, "__module__", "") == name else None
        if table and not table.startswith(f"{plugin}__"):
            raise PluginError(f"{plugin}: the table {table!r} has to be named {plugin}__{table}.")
