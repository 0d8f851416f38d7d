"""What the stream process runs: the plugins' event handlers, each for the tenants that have the plugin on, the webhooks, the
notices for open pages, and the sealer of the audit chain.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Flask

from aerostic.audit import sealing
from aerostic.db import service_scope, transaction
from aerostic.detection import guarding
from aerostic.flows.handling import handlers as flow_handlers
from aerostic.flows.runs import clock
from aerostic.flows.runs import loop as flows
from aerostic.messaging.inbound import loop as webhooks
from aerostic.registry import EventHandler
from aerostic.registry.declarations import Declared
from aerostic.registry.runtime import KEY
from aerostic.streams.process import Loop
from aerostic.tenancy.plugins import view_for
from aerostic.web.live import condenser


def event_handlers(app: Flask) -> list[EventHandler]:
    """What flows hear, and the handlers of all plugins, in plugin order, deaf to events of tenants that have the plugin off."""
    registry = app.extensions[KEY].registry
    declared = registry.declared("register_event_handlers")
    return [*flow_handlers(registry), *(replace(item.value, function=partial(_for_enabled, item)) for item in declared)]


def loops(app: Flask) -> Mapping[str, Loop]:
    """What runs beside relay and handlers."""
    return {
        "webhooks": partial(webhooks.run, app),
        "live": partial(condenser.run, app),
        "audit": sealing.run,
        "detection-guard": partial(guarding.run, app),
        "flows": partial(flows.inside, app),
        "flows-outside": partial(flows.outside, app),
        "flows-clock": partial(clock.run, app),
    }


def _for_enabled(item: Declared[EventHandler], tenant_id: Any, events: list[Any]) -> None:
    """Hand events on to a plugin. Events of the platform itself have no tenant, and reach nobody's plugin."""
    if tenant_id is None:
        return
    with transaction(service_scope("events")) as session:
        enabled = view_for(session, tenant_id).enabled
    if item.plugin in enabled:
        item.value.function(tenant_id, events)
