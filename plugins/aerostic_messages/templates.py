"""The step that sends an approved template, at any time."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import ERROR, NEXT, Context, Effect, FlowNode, NodeConfig, Outcome, Port

from .sending import send_template
from .words import SEND


class Choosing(NodeConfig):
    """Which template, and what fills its places, in their order."""

    template: Annotated[str, Field(min_length=1, max_length=512)]
    language: Annotated[str, Field(min_length=2, max_length=16)] = "en_US"
    values: Annotated[list[Annotated[str, Field(max_length=1_024)]], Field(max_length=50)] = []


class SendTemplate(FlowNode[Choosing]):
    """Needs consent where it is marketing."""

    kind, title, icon, category = "messages.template", N_("Send a template"), "template", SEND
    help = N_("Sends an approved template, also when the 24-hour window is closed.")
    Config, effect = Choosing, Effect.INSIDE

    def ports(self, config: Choosing) -> Sequence[Port]:
        """It is on its way, or refused."""
        return *NEXT, ERROR

    def run(self, context: Context, config: Choosing) -> Outcome:
        """Plan it."""
        return send_template(context, config.template, config.language, config.values)


NODES = (SendTemplate,)
