"""Messages: the steps of flows that hear people, write to them, and ask them."""

from typing import Any

from aerostic.sdk import N_, Plugin, hookimpl
from aerostic.sdk.flows import FlowNode

plugin = Plugin(
    name="messages",
    title=N_("Messages in flows"),
    version="0.1.0",
    description=N_("Steps of flows that hear people, write to them, and ask them."),
    author="Aerostic",
)


@hookimpl
def register_flow_nodes() -> list[FlowNode[Any]]:
    """Its steps."""
    from . import asking, choices, hearing, templates, writing

    return [node() for module in (hearing, writing, choices, templates, asking) for node in module.NODES]
