"""Jinja environments, one a theme.

An environment keeps compiled templates by their name. Were there one whose loader looked at the request, the first host to
ask for a page would settle how it looks on all others; so each theme has an environment, and a cache, of its own.
"""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, TemplateNotFound

from aerostic.registry.runtime import KEY as RUNTIME
from aerostic.web.themes import overrides
from aerostic.web.themes.catalogue import KEY as CATALOGUE
from aerostic.web.themes.catalogue import Catalogue
from aerostic.web.themes.theme import Chain

KEY = "aerostic.environments"
MOST = 64
TEMPLATES = 400
PARENT, DEFAULT = "@parent/", "@default/"
Source = tuple[str, str | None, Callable[[], bool] | None]


class ThemeLoader(BaseLoader):
    """Looks for a template in the theme, then in those it builds on, then among the product's.

    `@default/x` is the product's own x. `@parent/x` is what the template that says so would be without its theme; it
    stands in the cache as `@<n>/x`, n being where the search begins.

    Args:
        chain: the theme first.
        product: the loader of the application and its plugins.
    """

    def __init__(self, chain: Chain, product: BaseLoader) -> None:
        self._levels = [(theme.name, theme.templates) for theme in chain]
        self._product = product

    def get_source(self, environment: Environment, template: str) -> Source:
        """The source of a template."""
        name, level = self._split(template)
        found = self._level_of(name, level)
        if found < len(self._levels):
            theme, templates = self._levels[found]
            return templates[name], f"themes/{theme}/templates/{name}", None
        if level > len(self._levels):
            raise TemplateNotFound(template)
        return self._product.get_source(environment, name)

    def join_path(self, template: str, parent: str) -> str:
        """The name of a template as another one, `parent`, means it."""
        if not template.startswith(PARENT):
            return template
        return f"@{self._level_of(*self._split(parent)) + 1}/{template.removeprefix(PARENT)}"

    def _split(self, template: str) -> tuple[str, int]:
        if template.startswith(DEFAULT):
            return template.removeprefix(DEFAULT), len(self._levels)
        start, _, name = template.partition("/")
        return (name, int(start[1:])) if start[:1] == "@" and start[1:].isdecimal() else (template, 0)

    def _level_of(self, name: str, level: int) -> int:
        """Where a search that begins at `level` ends; the number of levels for the product."""
        if not overrides.is_protected(name):
            for at in range(level, len(self._levels)):
                if name in self._levels[at][1]:
                    return at
        return len(self._levels)


class Environments:
    """The last used environments of one application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = Lock()
        self._kept: OrderedDict[str, Environment] = OrderedDict()

    def get(self, theme: str) -> Environment:
        """The environment of a theme; that of `default` for one that cannot be used."""
        themes: Catalogue = self._app.extensions[CATALOGUE]
        chain = themes.chain(theme)
        with self._lock:
            name = chain[0].name
            if name not in self._kept:
                self._kept[name] = self._make(chain)
                if len(self._kept) > MOST:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(name)
            return self._kept[name]

    def _make(self, chain: Chain) -> Environment:
        product = self._app.jinja_env.loader
        if product is None:
            raise RuntimeError("The application has no templates.")
        loader = ThemeLoader(chain, ChoiceLoader([product, _of_plugins(self._app)]))
        environment = self._app.jinja_env.overlay(loader=loader, cache_size=TEMPLATES)
        environment.join_path = loader.join_path  # type: ignore[method-assign]
        return environment


def _of_plugins(app: Flask) -> BaseLoader:
    """Looks where plugins keep templates: mail is written, too, where no views are, whose blueprints would know it."""
    modules = app.extensions[RUNTIME].registry.modules.values()
    return FileSystemLoader([Path(module.__path__[0]) / "templates" for module in modules])


def environment_for(app: Flask, theme: str) -> Environment:
    """The environment in which pages of a theme are drawn."""
    found: Environments = app.extensions[KEY]
    return found.get(theme)
