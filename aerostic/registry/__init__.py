"""The plugin contract: hook specs, the loader, and what each tenant sees of the installed plugins."""

from aerostic.registry.declarations import (
    BlueprintIn,
    ConsolePages,
    DashboardCard,
    EventHandler,
    NavigationItem,
    OnboardingStep,
    OpenedIncident,
    PageAction,
    Permission,
    PersonData,
    PersonHolder,
    RetentionKind,
    RetentionStep,
    Schedule,
    TemplateUse,
)
from aerostic.registry.loader import Candidate, PluginError, Quarantined
from aerostic.registry.markers import hookimpl
from aerostic.registry.plugin import Plugin
from aerostic.registry.registry import Registry, load_registry
from aerostic.registry.runtime import Runtime, runtime
from aerostic.registry.tenant_view import TenantView

__all__ = [
    "BlueprintIn",
    "Candidate",
    "ConsolePages",
    "DashboardCard",
    "EventHandler",
    "NavigationItem",
    "OnboardingStep",
    "OpenedIncident",
    "PageAction",
    "Permission",
    "PersonData",
    "PersonHolder",
    "Plugin",
    "PluginError",
    "Quarantined",
    "Registry",
    "RetentionKind",
    "RetentionStep",
    "Runtime",
    "Schedule",
    "TemplateUse",
    "TenantView",
    "hookimpl",
    "load_registry",
    "runtime",
]
