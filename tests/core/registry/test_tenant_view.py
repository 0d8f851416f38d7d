"""What a tenant sees of the plugins: only those it has on, each failure as the hook's policy says."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from aerostic.db import new_id
from aerostic.registry import Registry, TenantView, hookimpl, tenant_specs
from aerostic.registry.manager import TENANT_HOOKS, Manager
from aerostic.registry.markers import tenant_hook
from aerostic.registry.tenant_view import HookError
from tests.core.registry.conftest import Shelf

ROOT = Path(__file__).parents[3]
RECORD = """
calls, plugin_name = [], plugin.name
@hookimpl
def contact_opted_out(tenant, contact, category): calls.append((tenant, contact, category))
@hookimpl
def plugin_enabled(tenant, plugin): calls.append((tenant, plugin))
@hookimpl
def register_permissions(): return [Permission(plugin_name + ".see", "See", frozenset({"owner"}))]
class Bit:
    kind = plugin_name
    name = plugin_name + ".bit"
@hookimpl
def register_channels(): return [Bit()]
@hookimpl
def register_billing_rules(): return [Bit()]
"""
FAILS = """
@hookimpl
def contact_opted_out(): raise RuntimeError("no")
@hookimpl
def plugin_enabled(): raise RuntimeError("not on a Monday")
"""
EXITS = "@hookimpl\ndef contact_opted_out(): raise SystemExit(1)"


@pytest.fixture
def registry(shelf: Shelf) -> Registry:
    """Three good plugins."""
    for name in ("t_one", "t_two", "t_three"):
        shelf.write(name, RECORD)
    return shelf.load()


def calls(registry: Registry) -> dict[str, list[Any]]:
    return {name: list(module.calls) for name, module in registry.modules.items() if hasattr(module, "calls")}


def test_a_plugin_that_is_off_is_neither_called_nor_seen(registry: Registry) -> None:
    view = registry.view(frozenset({"t_one", "t_two"}))
    tenant, contact = new_id(), new_id()
    view.contact_opted_out(tenant, contact, "marketing")
    heard = [(tenant, contact, "marketing")]
    assert calls(registry) == {"t_one": heard, "t_two": heard, "t_three": []}
    assert list(view.channels) == ["t_one", "t_two"]
    assert [rule.name for rule in view.billing_rules] == ["t_one.bit", "t_two.bit"]
    assert list(view.permissions) == ["t_one.see", "t_two.see"]


def test_a_tenant_without_plugins_sees_none(registry: Registry) -> None:
    view = registry.view(frozenset())
    view.contact_opted_out(new_id(), new_id(), "all")
    assert (view.channels, view.billing_rules, view.permissions) == ({}, [], {})
    assert calls(registry) == {"t_one": [], "t_two": [], "t_three": []}


def test_there_is_one_view_for_each_set_whoever_asks(registry: Registry) -> None:
    view = registry.view(frozenset({"t_one", "t_two"}))
    assert registry.view(frozenset({"t_two", "t_one"})) is view
    assert registry.view(frozenset({"t_two", "t_one", "uninstalled"})) is view
    assert registry.view(frozenset({"t_one"})) is not view


def test_a_plugin_that_is_always_on_needs_no_choice(shelf: Shelf) -> None:
    shelf.write("t_always", RECORD, more="always_on=True")
    shelf.write("t_choice", RECORD)
    assert shelf.load().view(frozenset()).enabled == {"t_always"}


def test_a_hook_asks_plugins_in_their_order(shelf: Shelf) -> None:
    body = """
    import builtins
    order = builtins.__dict__.setdefault("t_order", [])
    @hookimpl
    def contact_opted_out(): order.append(plugin.name)
    """
    for name, priority in (("t_z", 1), ("t_b", 50), ("t_a", 50)):
        shelf.write(name, body, more=f"priority={priority}")
    registry = shelf.load()
    registry.view(frozenset(registry.plugins)).contact_opted_out(new_id(), new_id(), "all")
    order = vars(__import__("builtins")).pop("t_order")
    assert order == ["t_z", "t_a", "t_b"]


def failures(plugin: str) -> float:
    labels = {"plugin": plugin, "hook": "contact_opted_out"}
    return REGISTRY.get_sample_value("aerostic_plugin_failures_total", labels) or 0.0


@pytest.mark.parametrize("body", [FAILS, EXITS])
def test_an_isolated_hook_counts_a_failure_and_goes_on(shelf: Shelf, body: str) -> None:
    shelf.write("t_bad", body)
    shelf.write("t_well", RECORD)
    registry = shelf.load()
    before = failures("t_bad")
    registry.view(frozenset({"t_bad", "t_well"})).contact_opted_out(new_id(), new_id(), "all")
    assert len(calls(registry)["t_well"]) == 1
    assert failures("t_bad") - before == 1
    assert failures("t_well") == 0


def test_a_strict_hook_passes_an_error_on_with_the_plugins_name(shelf: Shelf) -> None:
    shelf.write("t_bad", FAILS)
    shelf.write("t_well", RECORD)
    registry = shelf.load()
    with pytest.raises(HookError, match="Plugin 't_bad' refused: not on a Monday"):
        registry.view(frozenset({"t_bad", "t_well"})).plugin_enabled(new_id(), "t_bad")
    assert calls(registry)["t_well"] == []


def test_every_tenant_hook_takes_the_tenant_first_and_is_neither_historic_nor_firstresult() -> None:
    manager = Manager()
    assert TENANT_HOOKS
    for name in TENANT_HOOKS:
        first, *_ = inspect.signature(getattr(tenant_specs, name)).parameters.values()
        assert (first.name, first.annotation) == ("tenant", UUID), name
        options = getattr(manager.hook, name).spec.opts
        assert (options["historic"], options["firstresult"]) == (False, False), name


def test_every_tenant_hook_has_a_method_of_the_view_with_its_signature() -> None:
    for name in TENANT_HOOKS:
        spec = inspect.signature(getattr(tenant_specs, name))
        method = inspect.signature(getattr(TenantView, name))
        assert list(spec.parameters.values()) == list(method.parameters.values())[1:], name


def test_a_spec_declares_its_policy() -> None:
    assert set(TENANT_HOOKS.values()) <= {"strict", "isolated"}
    assert tenant_hook("strict")(lambda tenant: None).aerostic_policy == "strict"  # type: ignore[attr-defined]
    assert callable(hookimpl)


def hook_calls(source: str) -> list[str]:
    """Uses of `<anything>.hook` in a source text, e.g. `pm.hook.x()`."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if _is_hook(node)]


def _is_hook(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("hook", "subset_hook_caller")


def test_nobody_but_the_registry_calls_hooks_on_the_manager() -> None:
    assert hook_calls("pm.hook.x(); app.registry.manager.hook.y()") == ["pm.hook", "app.registry.manager.hook"]
    folders = [ROOT / "aerostic", ROOT / "plugins"]
    files = [file for folder in folders for file in folder.rglob("*.py") if "registry" not in file.parts]
    assert len(files) > 100
    assert {str(file): found for file in files if (found := hook_calls(file.read_text()))} == {}


def test_views_hold_no_tenant(registry: Registry) -> None:
    view = registry.view(frozenset({"t_one"}))
    tenant = new_id()
    view.contact_opted_out(tenant, new_id(), "all")
    assert not re.search(str(tenant), repr(vars(view)))
