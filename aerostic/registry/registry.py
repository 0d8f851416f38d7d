"""The registry of one application: its plugins, what they declared, and views for tenants."""

from functools import lru_cache
from types import ModuleType
from typing import Any

import pluggy
import structlog

from aerostic.registry import loader
from aerostic.registry.declarations import Declared
from aerostic.registry.loader import PluginError, Quarantined
from aerostic.registry.manager import PROCESS_HOOKS, HookImplError, Manager
from aerostic.registry.mounting import MountingError, check_blueprint
from aerostic.registry.naming import NamingError, check_names
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
        self._views = lru_cache(maxsize=1024)(lambda enabled: TenantView(self.manager, self.declared, enabled))

    def view(self, enabled: frozenset[str]) -> TenantView:
        """What a tenant with these plugins sees: those of them that are installed, and those that are always on."""
        always = {name for name, plugin in self.plugins.items() if plugin.always_on}
        return self._views(frozenset((enabled & self.plugins.keys()) | always))

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
    # pluggy calls the last registered first, so that this gives the order of the modules.
    registered = [module for module in reversed(modules) if _register(registry, settings, module)]
    for module in reversed(registered):
        _declare(registry, settings, module)
    registry.manager.seal()
    return registry


def _import_all(registry: Registry, settings: Settings) -> list[ModuleType]:
    """The modules of the plugins that can be imported, the first to be asked first."""
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


def _register(registry: Registry, settings: Settings, module: ModuleType) -> bool:
    """Take a plugin's hook implementations; whether that could be done."""
    try:
        registry.manager.register(module, module.plugin.name)
        registry.manager.check(module)
    except (pluggy.PluginValidationError, HookImplError) as error:
        _dismiss(registry, settings, module, error)
        return False
    return True


def _declare(registry: Registry, settings: Settings, module: ModuleType) -> None:
    """Call a plugin's process hooks, hold what they return to the rules, and keep it."""
    plugin: Plugin = module.plugin

    def collect() -> dict[str, list[Any]]:
        return {hook: registry.manager.call_one(hook, module) for hook in PROCESS_HOOKS}

    try:
        missing = [name for name in plugin.depends if not registry.manager.has_plugin(name)]
        if missing:
            raise PluginError(f"{plugin.name}: needs {', '.join(missing)}: install that too.")
        declarations = loader.within(settings.plugin_import_seconds, f"{plugin.name}: declaring", collect)
        check_names(plugin.name, declarations, registry.declared)
        for item in (*declarations["register_blueprints"], *declarations["register_console_pages"]):
            check_blueprint(item)
    except (PluginError, NamingError, MountingError) as error:
        _dismiss(registry, settings, module, error)
    else:
        registry.add(module, declarations)


def _dismiss(registry: Registry, settings: Settings, module: ModuleType, error: Exception) -> None:
    if registry.manager.is_registered(module):
        registry.manager.unregister(module)
    _quarantine(registry, settings, module.plugin.name, module.__name__, error)


def _quarantine(registry: Registry, settings: Settings, name: str, origin: str, error: Exception) -> None:
    if settings.plugin_errors == "raise":
        raise PluginError(f"{name} of {origin}: {error}") from error
    registry.quarantined.append(Quarantined(name, origin, str(error)))
    log.error("plugin quarantined", plugin=name, origin=origin, reason=str(error))
