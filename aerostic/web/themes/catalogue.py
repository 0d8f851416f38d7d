"""The themes of this installation: the product's, those of installed packages, and those under var/themes."""

import importlib.util
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from threading import Lock

from flask import current_app

from aerostic.security.logs import get_logger
from aerostic.web.themes import chains
from aerostic.web.themes.checking import check
from aerostic.web.themes.files import read_folder
from aerostic.web.themes.manifest import FILE, ROOT
from aerostic.web.themes.rules import Finding
from aerostic.web.themes.theme import Chain, Theme, build

log = get_logger(__name__)
GROUP = "aerostic.themes"
KEY = "aerostic.themes"
# Beside the code in a checkout, beside the package where it was installed.
CHECKOUT, INSTALLED = (Path(__file__).parents[3] / name for name in ("themes", "aerostic_themes"))
SHIPPED = CHECKOUT if (CHECKOUT / ROOT / FILE).is_file() else INSTALLED


class Catalogue:
    """Themes by name; each is read and checked when it is first asked for. One that breaks rules counts as not there.

    Args:
        folders: of themes, by name.
    """

    def __init__(self, folders: dict[str, Path]) -> None:
        self.folders = folders
        self._lock = Lock()
        self._themes: dict[str, Theme | None] = {}
        self._chains: dict[str, Chain] = {}

    def get(self, name: str) -> Theme | None:
        """The theme of this name, if there is one and it keeps the rules."""
        if name not in self.folders:
            return None
        if name not in self._themes:
            self._themes[name] = self._read(name)
        return self._themes[name]

    def chain(self, name: str) -> Chain:
        """A theme and those it builds on; `default` alone when the theme cannot be used. The log says why."""
        with self._lock:
            if name not in self._chains:
                chain = self._find_chain(name)
                if not chain:
                    return self._chains[ROOT] if ROOT in self._chains else self._find_chain(ROOT)
                self._chains[name] = chain
            return self._chains[name]

    def for_reseller(self, slug: str) -> list[Theme]:
        """The themes that a reseller may choose."""
        usable = (self.chain(name)[0] for name in sorted(self.folders) if self.chain(name)[0].name == name)
        return [theme for theme in usable if not theme.manifest.resellers or slug in theme.manifest.resellers]

    def _find_chain(self, name: str) -> Chain:
        theme = self.get(name)
        if theme is None:
            log.error("theme not there", theme=name)
            return ()
        chain, findings = chains.chain_of(theme, self.get)
        return () if _broken(name, findings) else chain

    def _read(self, name: str) -> Theme | None:
        files, findings = read_folder(self.folders[name])
        manifest, more = check(name, files)
        if _broken(name, [*findings, *more]) or manifest is None:
            return None
        return build(manifest, files)


def catalogue() -> Catalogue:
    """The running application's. Needs an application context."""
    found: Catalogue = current_app.extensions[KEY]
    return found


def find_folders(var: Path) -> dict[str, Path]:
    """All folders of themes by name. The product's own names cannot be taken by others.

    Args:
        var: the folder of the installation's own files.
    """
    found: dict[str, Path] = {}
    for name, folder in (*_below(SHIPPED), *_from_packages(), *_below(var / "themes")):
        if found.setdefault(name, folder) != folder:
            log.error("two themes of one name", theme=name, used=str(found[name]), ignored=str(folder))
    return found


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    if folder.is_dir():
        yield from ((path.name, path) for path in sorted(folder.iterdir()) if (path / FILE).is_file())


def _from_packages() -> Iterator[tuple[str, Path]]:
    """Packages that name a module of theirs as a theme: the module's folder is the theme's. Nothing of it is run."""
    for entry in entry_points(group=GROUP):
        found = importlib.util.find_spec(entry.module.partition(".")[0]) and importlib.util.find_spec(entry.module)
        for location in (found.submodule_search_locations or [])[:1] if found else ():
            yield entry.name, Path(location)


def _broken(name: str, findings: Iterable[Finding]) -> bool:
    errors = [finding for finding in findings if not finding.warning]
    for finding in errors:
        log.error("theme refused", theme=name, rule=finding.rule, file=finding.file, line=finding.line)
    return bool(errors)
