"""The application's one pluggy manager: each plugin checked as it registers, then sealed."""

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


class HookImplError(Exception):
    """A plugin implements a hook that there is not, or in a way that is not allowed."""


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
        """Take no more plugins."""
        self.check_pending()
        self.sealed = True

    def check(self, module: ModuleType) -> None:
        """Check the implementations of a plugin that has just registered.

        Raises:
            HookImplError: one has no spec (misspelt, most likely), or wraps the implementations of others: a wrapper
                would see, and could replace, what other plugins answer.
        """
        for caller in self.get_hookcallers(module) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is not module:
                    continue
                if not caller.has_spec() and not implementation.optionalhook:
                    known = ", ".join((*PROCESS_HOOKS, *TENANT_HOOKS))
                    raise HookImplError(f"there is no hook {caller.name!r}; the hooks are {known}.")
                if implementation.wrapper or implementation.hookwrapper:
                    raise HookImplError(f"{caller.name}: plugins may not wrap a hook; leave out `wrapper=True`.")

    def implementers(self, hook: str) -> list[str]:
        """The plugins that implement a hook, in the order they are asked."""
        return [found.plugin_name for found in reversed(getattr(self.hook, hook).get_hookimpls())]

    def call_one(self, hook: str, plugin: ModuleType) -> list[Any]:
        """What one plugin returns for a process hook; an empty list where it has no implementation."""
        for implementation in getattr(self.hook, hook).get_hookimpls():
            if implementation.plugin is plugin:
                return list(implementation.function() or [])
        return []
