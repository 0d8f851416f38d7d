"""Mounting the blueprints of plugins: each on the hosts of its area, and only for tenants that have the plugin on."""

from flask import Flask, abort, g, request

from aerostic.db import tenant_scope, transaction
from aerostic.registry import runtime
from aerostic.tenancy.plugins import enabled_plugins


def init_blueprints(app: Flask) -> None:
    """Register every plugin's blueprints under `/p/<plugin>`, behind one gate."""
    owners: dict[str, tuple[str, str]] = {}
    for item in app.extensions["aerostic"].registry.declared("register_blueprints"):
        blueprint = item.value.blueprint
        owners[blueprint.name] = (item.plugin, item.value.area)
        app.register_blueprint(blueprint, url_prefix=f"/p/{item.plugin}")

    @app.before_request
    def _gate() -> None:
        """404 for a plugin that is off, in the wrong area, or asked for without a tenant; its static files too."""
        if request.blueprint not in owners:
            return
        plugin, area = owners[request.blueprint]
        tenant = getattr(g, "tenant_id", None)
        if g.place.area != area or tenant is None:
            abort(404)
        with transaction(tenant_scope(tenant)) as session:
            view = runtime().registry.view(enabled_plugins(session, tenant))
        if plugin not in view.enabled:
            abort(404)
