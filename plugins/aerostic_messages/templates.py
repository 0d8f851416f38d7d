"""The step that sends an approved template, at any time."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import ERROR, NEXT, Context, Effect, FlowNode, Length, NodeConfig, Outcome, Port

from .sending import send_template
from .words import SEND


class Choosing(NodeConfig):
    """Which template, and what fills its places, in their order."""

    template: Annotated[str, Length(1, 512)] = Field(
        title=N_("Template"), description=N_("Its name, as on your list of them.")
    )
    language: Annotated[str, Length(2, 16)] = Field(
        default="en_US", title=N_("Language"), description=N_("As the template has it, such as en_US.")
    )
    values: Annotated[list[Annotated[str, Length(0, 1_024)]], Field(max_length=50)] = Field(
        default=[],
        title=N_("Values"),
        description=N_("What fills its places, in their order; they may hold expressions."),
    )


class SendTemplate(FlowNode[Choosing]):
    """Needs consent where it is marketing."""

    kind, title, icon, category = "messages.template", N_("Send a template"), "template", SEND
    help = N_("Sends an approved template, also when the 24-hour window is closed.")
    Config, effect = Choosing, Effect.INSIDE
    example = {"template": "order_confirmation", "values": ["{{ contact.first_name }}"]}

    def ports(self, config: Choosing) -> Sequence[Port]:
        """It is on its way, or refused."""
        return *NEXT, ERROR

    def run(self, context: Context, config: Choosing) -> Outcome:
        """Plan it."""
        return send_template(context, config.template, config.language, config.values)


NODES = (SendTemplate,)
