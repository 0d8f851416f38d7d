"""What one set of enabled plugins makes of the registry: its declarations, and its tenant hooks.

Views are made once a distinct set and hold no tenant. A method here per tenant hook keeps callers typed and away from
the manager.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy.orm import Session

from aerostic.registry.declarations import (
    DashboardCard,
    Declared,
    NavigationItem,
    OnboardingStep,
    OpenedIncident,
    PageAction,
    PersonData,
    TemplateUse,
)
from aerostic.registry.failures import note_failure
from aerostic.registry.manager import TENANT_HOOKS, Manager

log = structlog.get_logger(__name__)
FAILURES = Counter("aerostic_plugin_failures", "Isolated hook calls that failed.", ["plugin", "hook"])


class HookError(Exception):
    """A strict hook of a plugin failed; the message names the plugin."""


class TenantView:
    """The registry as a tenant with these plugins sees it.

    Args:
        manager: the sealed manager.
        declared: all that was declared for a process hook, stamped with its plugin.
        enabled: the names of the plugins that are on.
    """

    def __init__(
        self, manager: Manager, declared: Callable[[str], list[Declared[Any]]], enabled: frozenset[str]
    ) -> None:
        self.enabled = enabled
        self._manager = manager
        self._declared = declared

    def declared(self, hook: str) -> list[Any]:
        """What the enabled plugins declared for a process hook, in plugin order."""
        return [item.value for item in self._declared(hook) if item.plugin in self.enabled]

    @cached_property
    def channels(self) -> dict[str, Any]:
        """Channels by kind."""
        return {channel.kind: channel for channel in self.declared("register_channels")}

    @cached_property
    def billing_rules(self) -> list[Any]:
        """Billing rules, the first to be asked first."""
        return self.declared("register_billing_rules")

    @cached_property
    def payment_providers(self) -> dict[str, Any]:
        """Ways to pay by name, in the order in which they are offered."""
        return {provider.name: provider for provider in self.declared("register_payment_providers")}

    @cached_property
    def flow_nodes(self) -> dict[str, Any]:
        """Kinds of steps of flows by name."""
        return {node.kind: node for node in self.declared("register_flow_nodes")}

    @cached_property
    def permissions(self) -> dict[str, Any]:
        """Permissions of plugins by name."""
        return {permission.name: permission for permission in self.declared("register_permissions")}

    def plugin_enabled(self, tenant: UUID, plugin: str) -> None:
        """See `tenant_specs.plugin_enabled`."""
        self._call("plugin_enabled", tenant=tenant, plugin=plugin)

    def contact_opted_out(self, tenant: UUID, contact: UUID, category: str) -> None:
        """See `tenant_specs.contact_opted_out`."""
        self._call("contact_opted_out", tenant=tenant, contact=contact, category=category)

    def incident_opened(self, tenant: UUID, incident: OpenedIncident) -> None:
        """See `tenant_specs.incident_opened`."""
        self._call("incident_opened", tenant=tenant, incident=incident)

    def contact_data(self, tenant: UUID, contact: UUID) -> list[PersonData]:
        """See `tenant_specs.contact_data`."""
        return self._call("contact_data", tenant=tenant, contact=contact)

    def contact_erased(self, tenant: UUID, contact: UUID, session: Session) -> None:
        """See `tenant_specs.contact_erased`."""
        self._call("contact_erased", tenant=tenant, contact=contact, session=session)

    def navigation_items(self, tenant: UUID) -> list[NavigationItem]:
        """See `tenant_specs.navigation_items`."""
        return self._call("navigation_items", tenant=tenant)

    def page_actions(self, tenant: UUID, page: str, subject: UUID | None) -> list[PageAction]:
        """See `tenant_specs.page_actions`."""
        return self._call("page_actions", tenant=tenant, page=page, subject=subject)

    def dashboard_cards(self, tenant: UUID) -> list[DashboardCard]:
        """See `tenant_specs.dashboard_cards`."""
        return self._call("dashboard_cards", tenant=tenant)

    def onboarding_steps(self, tenant: UUID) -> list[OnboardingStep]:
        """See `tenant_specs.onboarding_steps`."""
        return self._call("onboarding_steps", tenant=tenant)

    def template_uses(self, tenant: UUID, template: UUID) -> list[TemplateUse]:
        """See `tenant_specs.template_uses`."""
        return self._call("template_uses", tenant=tenant, template=template)

    def _implementations(self, hook: str) -> list[tuple[str, Callable[..., Any], tuple[str, ...]]]:
        found = getattr(self._manager.hook, hook).get_hookimpls()
        # pluggy keeps the last registered last; plugins were registered in reverse, so this is (priority, name) order.
        return [(i.plugin_name, i.function, i.argnames) for i in reversed(found) if i.plugin_name in self.enabled]

    def _call(self, hook: str, **arguments: Any) -> list[Any]:
        """Call a hook of every enabled plugin; what they return, in one list."""
        strict = TENANT_HOOKS[hook] == "strict"
        answers: list[Any] = []
        for plugin, function, names in self._implementations(hook):
            try:
                answers.extend(function(**{name: arguments[name] for name in names}) or ())
            except (Exception, SystemExit) as error:
                if strict:
                    raise HookError(f"Plugin {plugin!r} refused: {error}") from error
                FAILURES.labels(plugin, hook).inc()
                note_failure(arguments["tenant"], plugin)
                log.error("plugin hook failed", plugin=plugin, hook=hook, exc_info=error)
        return answers
