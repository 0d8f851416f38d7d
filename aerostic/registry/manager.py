"""The application's one pluggy manager: sorted, checked, then sealed."""

from types import ModuleType
from typing import Any

import pluggy

from aerostic.registry import process_specs, tenant_specs
from aerostic.registry.markers import PROJECT

PROCESS_HOOKS = tuple(name for name in vars(process_specs) if name.startswith("register_"))
TENANT_HOOKS = {
    name: function.aerostic_policy
    for name, function in vars(tenant_specs).items()
    if hasattr(function, "aerostic_policy")
}


class SealedError(Exception):
    """Plugins can only be registered at start-up."""


class Manager(pluggy.PluginManager):
    """A plugin manager that takes no more plugins once it is sealed.

    Views of tenants leave plugins out by name, so one that came later would run for everybody.
    """

    def __init__(self) -> None:
        super().__init__(PROJECT)
        self.sealed = False
        self.add_hookspecs(process_specs)
        self.add_hookspecs(tenant_specs)

    def register(self, plugin: Any, name: str | None = None) -> str | None:
        """Register, unless sealed."""
        if self.sealed:
            raise SealedError(f"{name}: plugins are registered at start-up only.")
        return super().register(plugin, name)

    def unregister(self, plugin: Any | None = None, name: str | None = None) -> Any:
        """Unregister, unless sealed."""
        if self.sealed:
            raise SealedError(f"{name}: plugins cannot be removed while the process runs.")
        return super().unregister(plugin, name)

    def seal(self) -> None:
        """Check that every implementation has a spec, then take no more plugins."""
        self.check_pending()
        self.sealed = True

    def call_one(self, hook: str, plugin: ModuleType) -> list[Any]:
        """What one plugin returns for a process hook; an empty list where it has no implementation."""
        for implementation in getattr(self.hook, hook).get_hookimpls():
            if implementation.plugin is plugin:
                return list(implementation.function() or [])
        return []
