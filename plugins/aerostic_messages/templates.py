"""The step that sends an approved template, at any time."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from aerostic.sdk import N_, messages
from aerostic.sdk.flows import ERROR, NEXT, Context, Effect, FlowNode, Length, Need, NodeConfig, Offer, Outcome, Port

from .sending import send_template
from .words import SEND

MOST_OFFERED = 200
NOT_APPROVED = N_(
    "There is no approved template of this name and language here. Choose another one, or wait for approval."
)


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

    def requires(self, config: Choosing) -> Sequence[Need]:
        """The template; one whose name only the run knows is looked for then."""
        chosen = f"{config.template} {config.language}"
        return [] if "{{" in chosen else [Need("template", chosen, "template")]

    def lacks(self, session: Session, tenant_id: UUID, need: Need) -> str:
        """One that no number's account has, or that is not approved."""
        name, _space, language = need.name.rpartition(" ")
        return "" if messages.has_template(session, tenant_id, name, language) else NOT_APPROVED

    def offers(self, session: Session, tenant_id: UUID) -> Mapping[str, Sequence[Offer]]:
        """The approved ones."""
        known = messages.approved_templates(session, tenant_id, MOST_OFFERED)
        told = [Offer(f"{name} ({language})", {"template": name, "language": language}) for name, language in known]
        return {"template": told}

    def run(self, context: Context, config: Choosing) -> Outcome:
        """Plan it."""
        return send_template(context, config.template, config.language, config.values)


NODES = (SendTemplate,)
