"""The registry of one application: its plugins, what they declared, and views for tenants."""

from functools import lru_cache
from types import ModuleType
from typing import Any

import structlog

from aerostic.registry import loader
from aerostic.registry.declarations import Declared
from aerostic.registry.loader import PluginError, Quarantined
from aerostic.registry.manager import PROCESS_HOOKS, Manager
from aerostic.registry.plugin import Plugin
from aerostic.registry.tenant_view import TenantView
from aerostic.settings import Settings

log = structlog.get_logger(__name__)


class Registry:
    """Built once at start-up by `load_registry`; never changes afterwards."""

    def __init__(self) -> None:
        self.manager = Manager()
        self.plugins: dict[str, Plugin] = {}
        self.modules: dict[str, ModuleType] = {}
        self.quarantined: list[Quarantined] = []
        self._declared: dict[str, list[Declared[Any]]] = {hook: [] for hook in PROCESS_HOOKS}
        self.view = lru_cache(maxsize=1024)(self._view)

    def _view(self, enabled: frozenset[str]) -> TenantView:
        """The view of an enabled set: what is asked for and installed, plus what is always on."""
        always = {name for name, plugin in self.plugins.items() if plugin.always_on}
        return TenantView(self, frozenset((enabled & self.plugins.keys()) | always))

    def declared(self, hook: str) -> list[Declared[Any]]:
        """Everything declared for a process hook, stamped with its plugin, in plugin order."""
        return self._declared[hook]

    def add(self, module: ModuleType, declarations: dict[str, list[Any]]) -> None:
        """Take a plugin's metadata and declarations."""
        plugin: Plugin = module.plugin
        self.plugins[plugin.name] = plugin
        self.modules[plugin.name] = module
        for hook, values in declarations.items():
            self._declared[hook].extend(Declared(plugin.name, value) for value in values)


def load_registry(settings: Settings) -> Registry:
    """Find, import, order and register the plugins, collect what they declare, and seal.

    Raises:
        PluginError: two plugins have one name; or any failure, where AEROSTIC_PLUGIN_ERRORS is `raise`.
    """
    registry = Registry()
    modules = _import_all(registry, settings)
    # pluggy calls the last registered first.
    for module in reversed(modules):
        registry.manager.register(module, module.plugin.name)
    registry.manager.seal()
    for module in modules:
        try:
            registry.add(module, _declarations(registry, module))
        except Exception as error:
            _quarantine(registry, settings, module.plugin.name, module.__name__, error)
    return registry


def _import_all(registry: Registry, settings: Settings) -> list[ModuleType]:
    modules: list[ModuleType] = []
    for candidate in loader.find(settings):
        try:
            modules.append(loader.load(candidate, settings.plugin_import_seconds))
        except PluginError as error:
            _quarantine(registry, settings, candidate.name, candidate.origin, error)
    modules.sort(key=lambda module: (module.plugin.priority, module.plugin.name))
    names = [module.plugin.name for module in modules]
    for name in names:
        if names.count(name) > 1:
            raise PluginError(f"Two plugins call themselves {name!r}. Uninstall one of them.")
    return modules


def _declarations(registry: Registry, module: ModuleType) -> dict[str, list[Any]]:
    """Call a plugin's process hooks, and hold what it declares to the naming rules."""
    name = module.plugin.name
    declared = {hook: registry.manager.call_one(hook, module) for hook in PROCESS_HOOKS}
    for value in declared["register_blueprints"]:
        if value.name != f"{name}_{value.area}":
            raise PluginError(f"{name}: the blueprint {value.name!r} has to be named {name}_{value.area}.")
    for hook in ("register_permissions", "register_jobs", "register_event_handlers"):
        for value in declared[hook]:
            if not value.name.startswith(f"{name}."):
                raise PluginError(f"{name}: {value.name!r} has to start with '{name}.'.")
    for channel in declared["register_channels"]:
        for other in registry.declared("register_channels"):
            if other.value.kind == channel.kind:
                raise PluginError(f"{name}: the channel {channel.kind!r} is already brought by {other.plugin}.")
    return declared


def _quarantine(registry: Registry, settings: Settings, name: str, origin: str, error: Exception) -> None:
    if settings.plugin_errors == "raise":
        raise error
    registry.quarantined.append(Quarantined(name, origin, str(error)))
    log.error("plugin quarantined", plugin=name, origin=origin, reason=str(error))
