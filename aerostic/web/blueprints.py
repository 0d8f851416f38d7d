"""Mounting the blueprints of plugins: each on the hosts of its area, and only for tenants that have the plugin on."""

from flask import Flask, abort, g, request

from aerostic.db import tenant_scope, transaction
from aerostic.registry.declarations import Area
from aerostic.registry.loader import PluginError
from aerostic.tenancy.plugins import view_for
from aerostic.web.api.gate import DOCUMENT
from aerostic.web.api.gate import PREFIX as API
from aerostic.web.api.mounted import RESOURCES

PREFIX = "/p/"
TAKEN = frozenset({*RESOURCES, DOCUMENT})


def init_blueprints(app: Flask) -> None:
    """Register every plugin's blueprints under `/p/<plugin>`, behind one gate, or under `/api/v1/<plugin>`, behind the API's.

    Raises:
        PluginError: a plugin's part of the API would stand where the core's is.
    """
    areas: dict[str, str] = {}
    for item in app.extensions["aerostic"].registry.declared("register_blueprints"):
        areas[item.value.name] = item.value.area
        app.register_blueprint(item.value.blueprint, url_prefix=_prefix(item.plugin, item.value.area))

    @app.before_request
    def _gate() -> None:
        """404 for a plugin that is off, in the wrong area, or asked for without a tenant; its static files too.

        The path decides, not the route: a wrong method or a missing slash must not tell that there is something.
        """
        if not request.path.startswith(PREFIX):
            return
        plugin = request.path.removeprefix(PREFIX).partition("/")[0]
        tenant = getattr(g, "tenant_id", None)
        # The last name is the plugin's own blueprint, whatever was nested in it.
        area = areas.get(request.blueprints[-1]) if request.blueprints else g.place.area
        if tenant is None or area != g.place.area:
            abort(404)
        with transaction(tenant_scope(tenant)) as session:
            view = view_for(session, tenant)
        if plugin not in view.enabled:
            abort(404)


def _prefix(plugin: str, area: Area) -> str:
    if area != "api":
        return f"{PREFIX}{plugin}"
    if plugin in TAKEN:
        raise PluginError(f"{plugin}: {API}/{plugin} is the core's. A plugin with an API needs another name.")
    return f"{API}/{plugin}"
