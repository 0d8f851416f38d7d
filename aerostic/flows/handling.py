"""The events that flows hear: those that some kind of node listens to, of every installed plugin."""

from aerostic.flows.runs.starting import on_events
from aerostic.registry import EventHandler, Registry
from aerostic.streams import catalogue

NAME = "core.flows"


def handlers(registry: Registry) -> list[EventHandler]:
    """One for all; none where no plugin brings a trigger. What only a plugin announces that is not installed is not heard."""
    known = {event_type.name for event_type in catalogue.all_types()}
    types = {event for item in registry.declared("register_flow_nodes") for event in item.value.listens} & known
    return [EventHandler(NAME, frozenset(types), on_events)] if types else []
