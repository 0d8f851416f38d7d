"""The events that flows hear: those that some kind of node listens to, of every installed plugin."""

from aerostic.flows.runs.starting import on_events
from aerostic.registry import EventHandler, Registry

NAME = "core.flows"


def handlers(registry: Registry) -> list[EventHandler]:
    """One for all; none where no plugin brings a trigger."""
    types = {event for item in registry.declared("register_flow_nodes") for event in item.value.listens}
    return [EventHandler(NAME, frozenset(types), on_events)] if types else []
