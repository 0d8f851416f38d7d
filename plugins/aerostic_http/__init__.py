"""HTTP: flows that ask other systems."""

from typing import Any

from aerostic.sdk import N_, Plugin, hookimpl
from aerostic.sdk.flows import FlowNode

plugin = Plugin(
    name="http",
    title=N_("HTTP"),
    version="0.1.0",
    description=N_("Lets flows ask any system on the internet, and use what it answers."),
    author="Aerostic",
)


@hookimpl
def register_flow_nodes() -> list[FlowNode[Any]]:
    """Its steps."""
    from .asking import HttpRequest

    return [HttpRequest()]
