"""Starting a flow by hand: a test, or a command."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import new_id
from aerostic.flows.models import Flow, FlowRun
from aerostic.flows.runs.beginnings import Begin, Published
from aerostic.flows.runs.driving import begin
from aerostic.flows.runs.plans import plans
from aerostic.messaging.conversations.handling import last_with
from aerostic.messaging.conversations.handling import locked as lock_conversation
from aerostic.words import N_

NOT_PUBLISHED = N_("This flow is not published. Publish it first.")


class NotPublishedError(Exception):
    """The flow has no version to run."""


def start(
    session: Session, flow_id: UUID, *, contact_id: UUID | None = None, values: Mapping[str, Any], text: str = ""
) -> FlowRun:
    """Start the published version at its first trigger, whatever that listens to.

    Args:
        contact_id: whom it is about; in the conversation they had last.
        values: variables to begin with.
        text: what the contact is taken to have said.

    Raises:
        LookupError: there is no such flow.
        NotPublishedError: see there.
    """
    flow = session.get(Flow, flow_id)
    if flow is None:
        raise LookupError("no such flow")
    if flow.published_id is None:
        raise NotPublishedError(NOT_PUBLISHED)
    plan = plans().of(session, flow.tenant_id, flow.published_id)
    talk_id = last_with(session, flow.tenant_id, contact_id) if contact_id else None
    if talk_id:
        lock_conversation(session, flow.tenant_id, talk_id)
    begins = Begin(
        node=next(step.id for step in plan.steps.values() if step.node.starts),
        cause=new_id(),
        trigger={"by_hand": True},
        message={"text": text, "choice": ""},
        contact_id=contact_id,
        conversation_id=talk_id,
        values=values,
    )
    return begin(session, Published(flow.tenant_id, flow.id, flow.published_id), begins)
