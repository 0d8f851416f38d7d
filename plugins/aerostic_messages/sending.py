"""What all steps that send have in common: from which number, at what price, and what a refusal becomes."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from aerostic.sdk import N_, Template, messages
from aerostic.sdk.flows import ERROR, NEXT, Context, Effect, Fail, FlowNode, Go, NodeConfig, Outcome, Port

from .words import SEND

SOURCE = "flow"
NOBODY = Fail("nobody", N_("This run is about no contact. Start it with a trigger that has one."))
NO_NUMBER = Fail("no_number", N_("The workspace has no number to send from. Connect one."))
C = TypeVar("C", bound=NodeConfig)
Content = Mapping[str, Any]


class Sends(FlowNode[C]):
    """A step that sends one message. It is planned in the run's own transaction, and leaves by the number's lane."""

    category, effect = SEND, Effect.INSIDE

    def content(self, config: C) -> Content:
        """What is sent, in the words of the Cloud API."""
        raise NotImplementedError

    def ports(self, config: C) -> Sequence[Port]:
        """It is on its way, or refused."""
        return *NEXT, ERROR

    def run(self, context: Context, config: C) -> Outcome:
        """Plan it."""
        return send(context, self.content(config))


def send(context: Context, content: Content, suffix: str = "") -> Outcome:
    """Plan a message of any kind.

    Args:
        suffix: tells several messages of one step from each other.
    """
    return _planned(context, suffix, lambda session, order: messages.send_content(session, order, dict(content)))


def send_template(context: Context, name: str, language: str, values: Sequence[str]) -> Outcome:
    """Plan a template."""

    def plan(session: Session, order: messages.Order) -> messages.Planned | Fail:
        template: Template | None = messages.template_named(session, order.number, name, language)
        if template is None:
            return Fail("no_template", N_("There is no template of this name and language at this number."))
        return messages.send_template(session, order, template, values)

    return _planned(context, "", plan)


def _planned(context: Context, suffix: str, plan: Any) -> Outcome:
    session, contact_id = context.session, context.contact_id
    if session is None or contact_id is None:
        return NOBODY
    number = messages.number_for(session, context.tenant_id, contact_id, context.conversation_id)
    if number is None:
        return NO_NUMBER
    if context.conversation_id is None:  # so that the run hears the answer
        messages.open_conversation(session, context.tenant_id, number.id, contact_id)
    details = {"run": str(context.run_id), "node": context.node_id, "chain": list(context.chain)}
    order = messages.Order(number, contact_id, SOURCE, f"{context.key}{suffix}", details)
    try:
        planned = plan(session, order)
    except messages.REFUSED as error:
        return Fail(getattr(error, "code", "") or type(error).__name__, str(error))
    if isinstance(planned, Fail):
        return planned
    context.spend(planned.cost)
    return Go(output={"message": str(planned.id)})
