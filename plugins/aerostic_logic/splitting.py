"""Splitting by percent, for trying one thing against another."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import Context, FlowNode, Go, NodeConfig, Port, Problem

from .words import DECIDE, PORT, TWICE

NOT_WHOLE = N_("The shares have to be 100 percent together.")


class Share(NodeConfig):
    """A way, and how many of a hundred go there."""

    port: Annotated[str, Field(pattern=PORT)] = Field(title=N_("Name of the way"))
    percent: Annotated[int, Field(ge=0, le=100)] = Field(title=N_("Percent"))


class Splitting(NodeConfig):
    """The ways."""

    shares: Annotated[list[Share], Field(min_length=2, max_length=10)] = Field(
        title=N_("Shares"), description=N_("Together 100 percent.")
    )


class Split(FlowNode[Splitting]):
    """By chance, but a contact takes the same way each time."""

    kind, title, icon, category = "logic.split", N_("Split by percent"), "percentage", DECIDE
    help = N_("Sends shares of the contacts along different ways. A contact takes the same way each time.")
    Config = Splitting
    example = {"shares": [{"port": "a", "percent": 50}, {"port": "b", "percent": 50}]}

    def ports(self, config: Splitting) -> Sequence[Port]:
        """One a share."""
        return [Port(share.port, f"{share.percent} %") for share in config.shares]

    def problems(self, config: Splitting) -> Sequence[Problem]:
        """Shares that are not the whole, and ways of the same name."""
        whole = sum(share.percent for share in config.shares) == 100
        alone = len({share.port for share in config.shares}) == len(config.shares)
        return [
            *(() if whole else [Problem("whole", NOT_WHOLE, field="shares")]),
            *(() if alone else [Problem("twice", TWICE, field="shares")]),
        ]

    def run(self, context: Context, config: Splitting) -> Go:
        """A digest of contact and step, so that nothing has to be remembered."""
        who = f"{context.contact_id or context.run_id}:{context.node_id}"
        place = int.from_bytes(sha256(who.encode()).digest()[:4]) % 100
        for share in config.shares:
            place -= share.percent
            if place < 0:
                return Go(share.port)
        return Go(config.shares[-1].port)


NODES = (Split,)
