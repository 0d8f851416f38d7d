"""Languages and time zones: the person's, else the workspace's, else the brand's, else what the browser asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, refresh
from flask_login import current_user

from aerostic.registry.runtime import KEY
from aerostic.web.pages.access import current_workspace
from aerostic.words import LOCALES

FOLDER = Path(__file__).parents[2] / "translations"
ZONE = "zone_spoken"
babel = Babel()


def init_language(app: Flask) -> None:
    """Choose language and zone for every request, and translate from the core's catalogues and the plugins'."""
    modules = app.extensions[KEY].registry.modules.values()
    folders = [FOLDER, *(Path(module.__path__[0]) / "translations" for module in modules)]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in folders if folder.is_dir())
    babel.init_app(app, locale_selector=locale, timezone_selector=zone)
    app.add_template_global(direction)
    app.add_template_global(language)


def locale() -> str:
    """The language of this request; English outside of one."""
    if not has_request_context():
        return "en"
    chosen = current_user.user.locale if current_user.is_authenticated else ""
    brand = getattr(g.get("brand"), "locale", "")
    return _known(chosen) or _known(brand) or request.accept_languages.best_match(list(LOCALES)) or "en"


def zone() -> str:
    """The time zone of this request: the person's, else the workspace's."""
    if chosen := g.get(ZONE):
        return str(chosen)
    if has_request_context() and current_user.is_authenticated:
        return current_user.user.zone or (current_workspace().zone if g.get("tenant_id") else "UTC")
    return "UTC"


def language() -> str:
    """The language as the page's `lang` says it."""
    return str(get_locale()).replace("_", "-")


def direction() -> str:
    """`rtl` for languages that are written from right to left."""
    found = get_locale()
    return found.text_direction if found else "ltr"


@contextmanager
def in_language(name: str) -> Iterator[None]:
    """Speak another language inside the block: for mail to somebody else."""
    with force_locale(_known(name) or "en"):
        yield


@contextmanager
def in_zone(name: str) -> Iterator[None]:
    """Write times in another zone inside the block: for mail, which no request is about."""
    before = g.get(ZONE)
    setattr(g, ZONE, name)
    refresh()
    try:
        yield
    finally:
        setattr(g, ZONE, before)
        refresh()


def _known(name: str) -> str:
    return name if name in LOCALES else name.partition("_")[0] if name.partition("_")[0] in LOCALES else ""
