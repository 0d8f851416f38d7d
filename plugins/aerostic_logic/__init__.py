"""Logic: the steps of flows that decide, wait, remember and hand over."""

from typing import Any

from aerostic.sdk import N_, Plugin, hookimpl
from aerostic.sdk.flows import FlowNode

plugin = Plugin(
    name="logic",
    title=N_("Logic"),
    version="0.1.0",
    description=N_("Steps of flows that decide, wait, remember, and hand over to people."),
    author="Aerostic",
)


@hookimpl
def register_flow_nodes() -> list[FlowNode[Any]]:
    """Its steps."""
    from . import contacts, deciding, remembering, scheduling, splitting, triggers, turning, waiting

    modules = triggers, scheduling, deciding, splitting, waiting, remembering, contacts, turning
    return [node() for module in modules for node in module.NODES]
