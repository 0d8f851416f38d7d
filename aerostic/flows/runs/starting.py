"""What events do to flows: a message goes to the run that waits for it, any other event starts those that want it."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import Event, tenant_scope, transaction
from aerostic.flows.contract import Woken
from aerostic.flows.models import FlowHeard, FlowRun, FlowTrigger
from aerostic.flows.plan import KindError
from aerostic.flows.runs import telling, waves
from aerostic.flows.runs.driving import Begin, Published, begin, go_on
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.values import contact_values, message_values
from aerostic.messaging.conversations.handling import locked as lock_conversation
from aerostic.messaging.models import Conversation

REPLY = "reply"


class About(NamedTuple):
    """Whom an event is about, and what was said."""

    contact_id: UUID | None
    conversation: Conversation | None
    message: dict[str, Any]


def on_events(tenant_id: UUID | None, events: Sequence[Event]) -> None:
    """Each in a transaction of its own, in their order; an event that comes again changes nothing. The platform's own start
    nothing.
    """
    listened = telling.listened(tenant_id) if tenant_id else frozenset()
    for event in events:
        if tenant_id is None or event.type not in listened:
            continue
        with transaction(tenant_scope(tenant_id)) as session:
            on_event(session, tenant_id, event)


def on_event(session: Session, tenant_id: UUID, event: Event) -> None:
    """Let an event go to the run that waits for it, or start what wants it."""
    about = _about(session, tenant_id, event)
    talk = about.conversation
    silenced = talk and talk.handled_by == "person" and about.message.get("direction") == "in"
    if silenced or session.get(FlowHeard, event.id):
        return
    if _answered(session, event, about) or _start(session, tenant_id, event, about):
        session.add(FlowHeard(tenant_id=tenant_id, id=event.id))


def _about(session: Session, tenant_id: UUID, event: Event) -> About:
    """The conversation is locked: what happens in one happens in order."""
    ids = telling.ids_of(session, tenant_id, event)
    conversation = lock_conversation(session, tenant_id, ids["conversation_id"]) if "conversation_id" in ids else None
    said = message_values(session, tenant_id, ids["message_id"]) if "message_id" in ids else {}
    return About(ids.get("contact_id"), conversation, said)


def _answered(session: Session, event: Event, about: About) -> bool:
    """Whether a run of the conversation waited for the message, and has it by now."""
    talk = about.conversation
    if talk is None or event.type != telling.MESSAGE:
        return False
    if about.message.get("first"):
        telling.adopt(session, talk)
    own = select(FlowRun).where(FlowRun.tenant_id == talk.tenant_id, FlowRun.conversation_id == talk.id)
    waits = own.where(FlowRun.awaits == REPLY, FlowRun.state == "waiting").order_by(FlowRun.id.desc()).limit(1)
    run = session.scalar(waits.with_for_update())
    if run is None:
        return False
    go_on(session, run, Woken(REPLY, about.message))
    return True


def _start(session: Session, tenant_id: UUID, event: Event, about: About) -> bool:
    """Whether the event started anything."""
    heard = select(FlowTrigger).where(FlowTrigger.tenant_id == tenant_id, FlowTrigger.event == event.type)
    triggers = session.scalars(heard.order_by(FlowTrigger.flow_id, FlowTrigger.node)).all()
    if not triggers:
        return False
    seen: dict[str, Any] = {"trigger": telling.shown(session, tenant_id, event), "message": about.message}
    if about.contact_id:
        seen["contact"] = contact_values(session, tenant_id, about.contact_id)
    wanted = [trigger for trigger in triggers if _wants(session, trigger, seen)]
    chain, people = tuple(event.data.get("chain", ())), telling.people(event)
    for trigger in wanted:
        if len(people) > 1:
            waves.add(session, trigger, event.id, seen["trigger"], contacts=people, chain=chain)
            continue
        begins = Begin(
            node=trigger.node,
            cause=event.id,
            trigger=seen["trigger"],
            message=about.message,
            contact_id=about.contact_id,
            conversation_id=about.conversation.id if about.conversation else None,
            chain=chain,
        )
        begin(session, Published(tenant_id, trigger.flow_id, trigger.version_id), begins)
    return bool(wanted)


def _wants(session: Session, trigger: FlowTrigger, seen: dict[str, Any]) -> bool:
    try:
        step = plans().of(session, trigger.tenant_id, trigger.version_id).steps[trigger.node]
    except KindError:
        return False
    return bool(step.node.wants(seen, step.config.with_values(seen)))
