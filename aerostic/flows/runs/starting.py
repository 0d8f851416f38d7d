"""What events do to flows: a message goes to the run of its conversation that waits for it, or that is at something else just
now; any other event starts those that want it.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import Event, tenant_scope, transaction
from aerostic.flows.contract import Woken
from aerostic.flows.engine import AGAIN
from aerostic.flows.models import FlowHeard, FlowRun, FlowTrigger
from aerostic.flows.plan import KindError
from aerostic.flows.runs import later, telling, waves
from aerostic.flows.runs.beginnings import Begin, Published
from aerostic.flows.runs.driving import REPLY, begin, go_on
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.values import contact_values, message_values
from aerostic.messaging.conversations.handling import locked as lock_conversation
from aerostic.messaging.models import Contact, Conversation

AT_ONCE = 4


class About(NamedTuple):
    """Whom an event is about, and what was said."""

    contact_id: UUID | None
    conversation: Conversation | None
    message: dict[str, Any]


def on_events(tenant_id: UUID | None, events: Sequence[Event]) -> None:
    """Each in a transaction of its own: those of one key in their order, different ones side by side. An event that comes again
    changes nothing. The platform's own start nothing.
    """
    listened = telling.listened(tenant_id) if tenant_id else frozenset()
    by_key: dict[str, list[Event]] = {}
    for event in events:
        if event.type in listened:
            by_key.setdefault(event.key, []).append(event)
    if tenant_id is None or not by_key:
        return
    if len(by_key) == 1:
        _in_order(tenant_id, *by_key.values())
        return
    with ThreadPoolExecutor(AT_ONCE, "heard") as pool:
        done = [pool.submit(copy_context().run, _in_order, tenant_id, group) for group in by_key.values()]
    for one in done:
        one.result()


def _in_order(tenant_id: UUID, events: Sequence[Event]) -> None:
    for event in events:
        with transaction(tenant_scope(tenant_id)) as session:
            on_event(session, tenant_id, event)


def on_event(session: Session, tenant_id: UUID, event: Event) -> None:
    """Let an event go to the run that it belongs to, or start what wants it. One that was heard already changes nothing."""
    about = _about(session, tenant_id, event)
    if session.get(FlowHeard, event.id) is None:
        session.add(FlowHeard(tenant_id=tenant_id, id=event.id))
        _hear(session, tenant_id, event, about)


def catch_up(session: Session, tenant_id: UUID, events: Sequence[Event]) -> None:
    """Deal with what had been put by until a run rested."""
    for event in events:
        _hear(session, tenant_id, event, _about(session, tenant_id, event))


def _hear(session: Session, tenant_id: UUID, event: Event, about: About) -> None:
    talk = about.conversation
    if talk and talk.handled_by == "person" and about.message.get("direction") == "in":
        return
    if talk and event.type == telling.MESSAGE and about.message.get("first"):
        telling.adopt(session, talk)
    run = _ongoing(session, talk) if talk and event.type == telling.MESSAGE else None
    if run is None:
        _start(session, tenant_id, event, about)
    elif run.awaits != REPLY or run.reason or not go_on(session, run, Woken(REPLY, about.message)):
        later.put_by(run, event)  # also where a plugin was off that the run needs, until it has looked again


def _about(session: Session, tenant_id: UUID, event: Event) -> About:
    """The conversation is locked: what happens in one happens in order."""
    ids = telling.ids_of(session, tenant_id, event)
    conversation = lock_conversation(session, tenant_id, ids["conversation_id"]) if "conversation_id" in ids else None
    said = message_values(session, tenant_id, ids["message_id"]) if "message_id" in ids else {}
    return About(ids.get("contact_id"), conversation, said)


def _ongoing(session: Session, talk: Conversation) -> FlowRun | None:
    """The run that a message of the conversation belongs to: one that waits for it, else one in the middle of a step that
    changes another system, or between two tries of one.
    """
    own = select(FlowRun).where(FlowRun.tenant_id == talk.tenant_id, FlowRun.conversation_id == talk.id)
    waiting = (FlowRun.state == "waiting") & FlowRun.awaits.in_((REPLY, AGAIN))
    found = own.where(waiting | FlowRun.state.in_(("outside", "unknown")))
    return session.scalar(
        found.order_by((FlowRun.awaits == REPLY).desc(), FlowRun.id.desc()).limit(1).with_for_update()
    )


def _start(session: Session, tenant_id: UUID, event: Event, about: About) -> None:
    heard = select(FlowTrigger).where(FlowTrigger.tenant_id == tenant_id, FlowTrigger.event == event.type)
    triggers = session.scalars(heard.order_by(FlowTrigger.flow_id, FlowTrigger.node)).all()
    if not triggers:
        return
    seen: dict[str, Any] = {"trigger": telling.shown(session, tenant_id, event), "message": about.message}
    if about.contact_id:
        seen["contact"] = contact_values(session, tenant_id, about.contact_id)
    wanted = [trigger for trigger in triggers if _wants(session, trigger, seen)]
    if not wanted or not _is_there(session, tenant_id, about.contact_id):
        return
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


def _is_there(session: Session, tenant_id: UUID, contact_id: UUID | None) -> bool:
    """Whether nobody has erased the contact meanwhile; nobody does until the transaction ends."""
    own = select(Contact.id).where(Contact.tenant_id == tenant_id, Contact.id == contact_id)
    return contact_id is None or session.scalar(own.with_for_update(read=True, key_share=True)) is not None


def _wants(session: Session, trigger: FlowTrigger, seen: dict[str, Any]) -> bool:
    try:
        step = plans().of(session, trigger.tenant_id, trigger.version_id).steps[trigger.node]
    except KindError:
        return False
    return bool(step.node.wants(seen, step.config.with_values(seen)))
