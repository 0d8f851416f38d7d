"""Contacts to whom nobody ever wrote, and who never wrote themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlalchemy.orm import Session

from aerostic.messaging.models import Contact, Message
from aerostic.messaging.rights.retention.counting import bounded
from aerostic.registry import RetentionStep, runtime
from aerostic.tenancy.plugins import view_for

CHUNK = 500


def count_silent(session: Session, tenant_id: UUID, before: datetime) -> int:
    """Contacts that would go."""
    return bounded(session, select(Contact.id).where(*_old(tenant_id, before), _silent()))


def remove_some_silent(session: Session, tenant_id: UUID, before: datetime, place: dict[str, Any]) -> RetentionStep:
    """Look at the next contacts by their age. Every night begins with the oldest: who stays may fall silent later.

    An opt-out outlives them, as a digest of the phone.
    """
    next_ones = select(Contact.created_at, Contact.id).where(*_old(tenant_id, before))
    if place:
        after = (datetime.fromisoformat(place["at"]), UUID(place["id"]))
        next_ones = next_ones.where(tuple_(Contact.created_at, Contact.id) > after)
    seen = session.execute(next_ones.order_by(Contact.created_at, Contact.id).limit(CHUNK)).all()
    mine = select(Contact.id).where(Contact.tenant_id == tenant_id, Contact.id.in_([row.id for row in seen]), _silent())
    gone = list(session.scalars(mine.order_by(Contact.id).with_for_update(skip_locked=True)))
    view = view_for(session, tenant_id)
    for contact_id in gone:
        view.contact_erased(tenant_id, contact_id, session)
    for holder in runtime().holders:
        holder.erase(session, tenant_id, gone)
    session.execute(delete(Contact).where(Contact.tenant_id == tenant_id, Contact.id.in_(gone)))
    if len(seen) < CHUNK:
        return RetentionStep(len(gone), {})
    last = {"at": seen[-1].created_at.isoformat(), "id": str(seen[-1].id)}
    return RetentionStep(len(gone), last, more=True)


def _old(tenant_id: UUID, before: datetime) -> tuple[ColumnElement[bool], ...]:
    return Contact.tenant_id == tenant_id, Contact.created_at < before, Contact.updated_at < before


def _silent() -> ColumnElement[bool]:
    own = (Message.tenant_id == Contact.tenant_id, Message.contact_id == Contact.id)
    return ~select(Message.id).where(*own).exists()
