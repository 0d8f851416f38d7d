"""What later messages did to earlier ones: reactions to them, edits of them, and their being taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.messaging.conversations.tables import AMENDMENTS, seen_at
from aerostic.messaging.models import Conversation, Message
from aerostic.messaging.values import mapping, text

MOST = 500
# Times of ours and of the provider's are from two clocks.
SKEW = timedelta(minutes=5)


@dataclass(slots=True)
class Amendments:
    """By the message they are about: the reaction that stands, the latest edit, and those that were taken back."""

    reactions: dict[UUID, str] = field(default_factory=dict)
    edits: dict[UUID, Message] = field(default_factory=dict)
    revoked: set[UUID] = field(default_factory=set)


def amendments(session: Session, conversation: Conversation, since: datetime, ids: Sequence[UUID]) -> Amendments:
    """What was done to these messages, none of which is older than `since`."""
    query = (
        select(Message)
        .where(
            Message.tenant_id == conversation.tenant_id,
            Message.contact_id == conversation.contact_id,
            Message.number_id == conversation.number_id,
            Message.kind.in_(AMENDMENTS),
            Message.details["reply_to"].astext.in_([str(id_) for id_ in ids]),
            seen_at >= since - SKEW,
        )
        .order_by(seen_at.desc(), Message.id.desc())
        .limit(MOST)
    )
    found = Amendments()
    for row in reversed(session.scalars(query).all()):
        _apply(found, row, UUID(row.details["reply_to"]))
    return found


def _apply(found: Amendments, row: Message, about: UUID) -> None:
    if row.kind == "edit":
        found.edits[about] = row
    elif row.kind == "revoke":
        found.revoked.add(about)
    else:
        found.reactions[about] = text(mapping(mapping(row.content).get("reaction")).get("emoji"))
