"""What an event tells flows: whether any of them listens, whom it is about, and what its ids stand for."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from aerostic.db import Event, once
from aerostic.flows.models import OPEN, FlowRun, FlowTrigger
from aerostic.messaging.conversations.handling import last_with
from aerostic.messaging.models import Batch, Conversation, Tag

MESSAGE = "message.received"
IDS = ("contact_id", "conversation_id", "message_id")


def triggers(session: Session, tenant_id: UUID) -> dict[str, list[FlowTrigger]]:
    """What listens to each type of event, in the order in which it starts."""

    def find() -> dict[str, list[FlowTrigger]]:
        own = select(FlowTrigger).where(FlowTrigger.tenant_id == tenant_id)
        found: dict[str, list[FlowTrigger]] = {}
        for trigger in session.scalars(own.order_by(FlowTrigger.flow_id, FlowTrigger.node)):
            found.setdefault(trigger.event, []).append(trigger)
        return found

    return once(session, ("triggers", tenant_id), find)


def listened(session: Session, tenant_id: UUID, events: Iterable[Event]) -> list[Event]:
    """Those events that concern a tenant's flows: what starts one, and messages, since a run may wait for one."""
    types = set(triggers(session, tenant_id))
    ours = [event for event in events if event.type in types or event.type == MESSAGE]
    return ours if types or not ours or session.scalar(_talking(tenant_id)) else []


def _talking(tenant_id: UUID) -> Select[tuple[bool]]:
    talking = (FlowRun.tenant_id == tenant_id, FlowRun.state.in_(OPEN), FlowRun.conversation_id.is_not(None))
    return select(exists().where(*talking))


def ids_of(session: Session, tenant_id: UUID, event: Event) -> dict[str, UUID]:
    """Contact, conversation and message of an event, where it has them; without a conversation, the contact's last one."""
    data = dict(event.data)
    if len(many := people(event)) == 1:
        data["contact_id"] = many[0]
    ids = {name: UUID(str(data[name])) for name in IDS if data.get(name)}
    if "contact_id" in ids and "conversation_id" not in ids:
        talk = last_with(session, tenant_id, ids["contact_id"])
        return ids | ({"conversation_id": talk} if talk else {})
    return ids


def people(event: Event) -> list[UUID]:
    """The contacts of an event that may tell of many, in the order of their ids."""
    return sorted(map(UUID, event.data.get("contact_ids", ())))


def adopt(session: Session, talk: Conversation) -> None:
    """Let the runs that began before there was any conversation with their contact go on in this one."""
    theirs = (FlowRun.tenant_id == talk.tenant_id, FlowRun.contact_id == talk.contact_id)
    open_ones = update(FlowRun).where(*theirs, FlowRun.conversation_id.is_(None), FlowRun.state.in_(OPEN))
    session.execute(open_ones.values(conversation_id=talk.id))


def shown(session: Session, tenant_id: UUID, event: Event) -> dict[str, Any]:
    """An event's data as `trigger`: beside ids, the name of its tag, and what planned its batch, as `source` and `source_id`."""
    data = {name: value for name, value in event.data.items() if name not in ("chain", "contact_ids")}
    if data.get("tag_id"):
        own = select(Tag.name).where(Tag.tenant_id == tenant_id, Tag.id == UUID(data["tag_id"]))
        data["tag"] = session.scalar(own) or ""
    if data.get("batch_id"):
        batch = select(Batch.source_id).where(Batch.tenant_id == tenant_id, Batch.id == UUID(data["batch_id"]))
        data["source_id"] = str(session.scalar(batch) or "")
    return data
