"""The trigger that other systems call."""

from typing import Annotated

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import About, Context, Go, HookTrigger, Length, NodeConfig

Text = Annotated[str, Length(0, 500)]


class Calling(NodeConfig):
    """Whom a call is about.

    Args:
        phone: where the phone is, as an expression: `{{ trigger.body.customer.phone }}`; '' for calls about nobody.
        name: likewise, for a contact that has no name yet.
        makes: whether an unknown phone becomes a contact.
    """

    phone: Text = Field(
        default="",
        title=N_("Phone of the contact"),
        description=N_("Where it stands in a call, such as {{ trigger.body.phone }}; empty for calls about nobody."),
    )
    name: Text = Field(
        default="", title=N_("Name of the contact"), description=N_("Kept for a contact that has no name yet.")
    )
    makes: bool = Field(
        default=False,
        title=N_("Add unknown contacts"),
        description=N_("Else a call about an unknown phone is about nobody."),
    )


class Webhook(HookTrigger[Calling]):
    """Another system calls the address of this node."""

    kind, title, icon, category = "http.webhook", N_("A webhook comes in"), "webhook", N_("Other systems")
    help = N_("Starts when another system calls the address of this step, and knows its secret.")
    Config = Calling

    def about(self, config: Calling) -> About | None:
        """The person whose phone stands there."""
        return About(config.phone, config.name, config.makes) if config.phone else None

    def run(self, context: Context, config: Calling) -> Go:
        """What came is there already; the journal shows it."""
        return Go(output=context.values["trigger"])
