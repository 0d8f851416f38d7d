"""Who hears the events of this installation."""

from dataclasses import replace
from functools import partial
from typing import Any

from aerostic.db import service_scope, transaction
from aerostic.detection.incidents.announcing import HANDLER as INCIDENTS
from aerostic.flows.handling import handlers as flow_handlers
from aerostic.identity.refusals import HANDLER as REFUSALS
from aerostic.registry import EventHandler, Registry
from aerostic.registry.declarations import Declared
from aerostic.streams.metering.handling import HANDLER as USAGE
from aerostic.tenancy.plugins import view_for
from aerostic.web.risk.held import HANDLER as HELD


def event_handlers(registry: Registry) -> list[EventHandler]:
    """The core's own, and plugins' handlers in plugin order, deaf to events of tenants that have the plugin off."""
    declared = registry.declared("register_event_handlers")
    limited = (replace(item.value, function=partial(_for_enabled, item)) for item in declared)
    return [USAGE, INCIDENTS, REFUSALS, HELD, *flow_handlers(registry), *limited]


def _for_enabled(item: Declared[EventHandler], tenant_id: Any, events: list[Any]) -> None:
    """Hand events on to a plugin. Events of the platform itself have no tenant, and reach nobody's plugin."""
    if tenant_id is None:
        return
    with transaction(service_scope("events")) as session:
        enabled = view_for(session, tenant_id).enabled
    if item.plugin in enabled:
        item.value.function(tenant_id, events)
