"""Mounting the console pages of plugins, behind a gate of the console's own: a plugin cannot forget to ask who comes."""

from flask import Flask, abort, g, request
from werkzeug.wrappers import Response

from aerostic.registry.declarations import Area, Console
from aerostic.web.pages.access import staff_only

AREAS: dict[Console, Area] = {"platform": "admin", "reseller": "app"}


def prefix(console: Console, plugin: str = "") -> str:
    """Where the pages of a plugin stand; without its name, those of all plugins."""
    return f"/{console}/p/{plugin}"


def init_console_pages(app: Flask) -> None:
    """Register every plugin's console pages under `/<console>/p/<plugin>`, on the hosts of the console."""
    for item in app.extensions["aerostic"].registry.declared("register_console_pages"):
        app.register_blueprint(item.value.blueprint, url_prefix=prefix(item.value.console, item.plugin))

    @app.before_request
    def _gate() -> Response | None:
        """The path decides, not the route: a wrong method must not tell that there is something."""
        for console, area in AREAS.items():
            if request.path.startswith(prefix(console)):
                if g.place.area != area:
                    abort(404)
                return staff_only(console)(lambda: None)()
        return None
