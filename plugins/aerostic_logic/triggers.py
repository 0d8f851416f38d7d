"""What starts a flow, beside messages: changes of contacts, campaigns, and other flows."""

from collections.abc import Mapping
from typing import Any

from aerostic.sdk import N_
from aerostic.sdk.flows import Context, FlowNode, Go, NodeConfig

from .words import START


class Nothing(NodeConfig):
    """Nothing to choose."""


class Called(FlowNode[Nothing]):
    """Another flow."""

    kind, title, icon, category = "logic.called", N_("Called by another flow"), "transfer-out", START
    help = N_("Starts when another flow runs this one, or when it is tested.")
    Config, starts = Nothing, True

    def run(self, context: Context, config: Nothing) -> Go:
        """Its variables are there already."""
        return Go()


class OptedOut(Called):
    """A contact wants no more messages."""

    kind, title, icon = "logic.opted_out", N_("A contact opted out"), "user-off"
    help = N_("Starts when a contact wants no more marketing.")
    listens = ("contact.opted_out",)


class Failed(Called):
    """A message could not be delivered."""

    kind, title, icon = "logic.failed", N_("A message failed"), "alert-triangle"
    help = N_("Starts when a message of a campaign or a person could not be delivered.")
    listens = ("message.failed",)

    def wants(self, values: Mapping[str, Any], config: Nothing) -> bool:
        """Not when it was a flow's own: it has an error port for that."""
        return bool(values["trigger"].get("source") != "flow")


class Delivered(Called):
    """A message of a campaign arrived."""

    kind, title, icon = "logic.delivered", N_("A campaign was delivered"), "checks"
    help = N_("Starts when a message of a campaign has arrived at a contact.")
    listens = ("message.delivered",)

    def wants(self, values: Mapping[str, Any], config: Nothing) -> bool:
        """Only campaigns'."""
        return bool(values["trigger"].get("batch_id"))


class Read(Delivered):
    """A message of a campaign was read."""

    kind, title, icon = "logic.read", N_("A campaign was read"), "eye"
    help = N_("Starts when a contact has opened a message of a campaign.")
    listens = ("message.read",)


NODES = (Called, OptedOut, Failed, Delivered, Read)
