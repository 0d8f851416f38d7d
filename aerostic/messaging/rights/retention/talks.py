"""Old messages lose what they said, and conversations in which nothing is said any more go."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from aerostic.messaging.models import Conversation, Message
from aerostic.messaging.rights.forgetting import forget_contents, forget_conversations
from aerostic.messaging.rights.retention.counting import bounded
from aerostic.registry import RetentionStep

MESSAGES, CONVERSATIONS = 2_000, 200
LEAST = timedelta(microseconds=1)


def count_contents(session: Session, tenant_id: UUID, before: datetime) -> int:
    """Messages whose contents would go."""
    old = (
        Message.created_at < before,
        Message.content_sealed.is_not(None),
        Message.state.not_in(("planned", "sending")),
    )
    return bounded(session, select(Message.id).where(Message.tenant_id == tenant_id, *old))


def forget_some_contents(session: Session, tenant_id: UUID, before: datetime, place: dict[str, Any]) -> RetentionStep:
    """Go on where the last step stopped: `until` is from when on messages have not been looked at."""
    own = Message.tenant_id == tenant_id
    until = place.get("until")
    start = datetime.fromisoformat(until) if until else session.scalar(select(func.min(Message.created_at)).where(own))
    if start is None or start >= before:
        return RetentionStep(0, place)
    later = select(Message.created_at).where(own, Message.created_at >= start, Message.created_at < before)
    found = session.scalar(later.order_by(Message.created_at).offset(MESSAGES).limit(1))
    # Thousands that were planned together have the same time.
    end = max(found, start + LEAST) if found else before
    return RetentionStep(forget_contents(session, tenant_id, start, end), {"until": end.isoformat()}, more=end < before)


def count_conversations(session: Session, tenant_id: UUID, before: datetime) -> int:
    """Conversations that would go."""
    return bounded(session, select(Conversation.id).where(*_old(tenant_id, before)))


def forget_some_conversations(
    session: Session, tenant_id: UUID, before: datetime, place: dict[str, Any]
) -> RetentionStep:
    """Remove those of which nothing has been heard for the longest time. What somebody writes into now is left alone."""
    old = (
        select(Conversation.id).where(*_old(tenant_id, before)).order_by(Conversation.last_message_at, Conversation.id)
    )
    ids = list(session.scalars(old.limit(CONVERSATIONS).with_for_update(skip_locked=True)))
    forget_conversations(session, tenant_id, ids)
    session.execute(delete(Conversation).where(Conversation.tenant_id == tenant_id, Conversation.id.in_(ids)))
    return RetentionStep(len(ids), place, more=len(ids) == CONVERSATIONS)


def _old(tenant_id: UUID, before: datetime) -> tuple[ColumnElement[bool], ...]:
    return Conversation.tenant_id == tenant_id, Conversation.last_message_at < before
