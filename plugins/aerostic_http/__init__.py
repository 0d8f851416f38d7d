"""HTTP: flows that other systems start, and that ask other systems."""

from typing import Any

from aerostic.sdk import N_, Plugin, hookimpl
from aerostic.sdk.flows import FlowNode

plugin = Plugin(
    name="http",
    title=N_("HTTP"),
    version="0.1.0",
    description=N_("Lets other systems start flows, and flows ask any system on the internet."),
    author="Aerostic",
)


@hookimpl
def register_flow_nodes() -> list[FlowNode[Any]]:
    """Its steps."""
    from .answering import Respond
    from .asking import HttpRequest
    from .called import Webhook

    return [Webhook(), Respond(), HttpRequest()]
