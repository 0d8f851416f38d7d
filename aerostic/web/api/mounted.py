"""The blueprints that make up the API: the core's, and those of plugins."""

from collections.abc import Iterator
from importlib import import_module

from aerostic.registry import Registry
from aerostic.web.api.blueprint import Blueprint
from aerostic.web.api.gate import PREFIX

# The first parts of the core's own paths: no plugin may be called so.
RESOURCES = ("contacts", "imports", "messages", "numbers", "tags", "templates", "wallet")


def core_blueprints() -> list[Blueprint]:
    """The core's part of the API."""
    return [import_module(f"aerostic.web.api.resources.{name}").blueprint for name in RESOURCES]


def mounted(registry: Registry) -> Iterator[tuple[str, Blueprint]]:
    """Every blueprint of the API with the path it stands at."""
    for blueprint in core_blueprints():
        yield f"{PREFIX}/{blueprint.path}", blueprint
    for item in registry.declared("register_blueprints"):
        if item.value.area == "api":
            yield f"{PREFIX}/{item.plugin}", item.value.blueprint


def permissions_asked(registry: Registry) -> frozenset[str]:
    """The permissions that some route of the API asks for or answers by: others would do nothing for a key."""
    return frozenset(name for _, blueprint in mounted(registry) for name in blueprint.permissions)
