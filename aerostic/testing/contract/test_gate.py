"""For a tenant that has a plugin off, the plugin does not exist."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.registry import runtime
from aerostic.registry.manager import PROCESS_HOOKS
from aerostic.tenancy.plugins import view_for
from aerostic.testing.contract.test_names import declared
from aerostic.testing.plugin import installed

VALUES = {"IntegerConverter": 1, "FloatConverter": 1.0, "UUIDConverter": new_id()}


def addresses(app: Flask, blueprint: str) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and a path of every route of a blueprint."""
    adapter = app.url_map.bind("app.localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{blueprint}."):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, adapter.build(rule.endpoint, _values(rule), method=method)


def _values(rule: Rule) -> dict[str, Any]:
    return {name: VALUES.get(type(kind).__name__, "x") for name, kind in rule._converters.items()}


def test_its_routes_answer_only_tenants_that_have_it_on(
    installed_plugin: str,
    aerostic_app: Flask,
    aerostic_tenant: UUID,
    with_plugins: Callable[..., UUID],
    aerostic_client: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plugin = installed().plugins[installed_plugin]
    blueprints = declared("register_blueprints", installed_plugin)
    if not blueprints:
        return
    tenant = with_plugins(installed_plugin)
    # What is posted here comes from no form, and the gate is asked, not the token.
    monkeypatch.setitem(aerostic_app.config, "WTF_CSRF_METHODS", ())
    for item in blueprints:
        host, other = f"{item.area}.localhost", "api.localhost" if item.area == "app" else "app.localhost"
        on, off = aerostic_client(tenant, host=host), aerostic_client(aerostic_tenant, host=host)
        elsewhere = aerostic_client(tenant, host=other)
        for endpoint, method, path in addresses(aerostic_app, item.name):
            monkeypatch.setitem(aerostic_app.view_functions, endpoint, lambda **_: "reached")
            assert on.open(path, method=method).text == "reached", path
            assert off.open(path, method=method).status_code == (200 if plugin.always_on else 404), path
            assert elsewhere.open(path, method=method).status_code == 404, f"{path} at {other}"


def test_its_declarations_are_seen_only_by_tenants_that_have_it_on(
    installed_plugin: str, aerostic_tenant: UUID, with_plugins: Callable[..., UUID]
) -> None:
    always_on = installed().plugins[installed_plugin].always_on
    for tenant, enabled in ((aerostic_tenant, always_on), (with_plugins(installed_plugin), True)):
        with transaction(tenant_scope(tenant)) as session:
            view = view_for(session, tenant)
        assert (installed_plugin in view.enabled) == enabled
        for hook in PROCESS_HOOKS:
            made = runtime().registry.declared(hook)
            expected = [item.value for item in made if item.plugin == installed_plugin and enabled]
            foreign = {id(item.value) for item in made if item.plugin != installed_plugin}
            assert [value for value in view.declared(hook) if id(value) not in foreign] == expected
