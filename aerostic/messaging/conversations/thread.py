"""One conversation's messages, a page at a time from the newest backwards, ready to be shown.

A contact's messages from the number are read, not only those of the conversation: campaigns send to people with whom there is
none yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from aerostic.identity.models import User
from aerostic.messaging.bodies import Body
from aerostic.messaging.conversations.amendments import Amendments, amendments
from aerostic.messaging.conversations.cursors import Cursor
from aerostic.messaging.conversations.rendering import bodies
from aerostic.messaging.conversations.tables import seen_at, standing
from aerostic.messaging.models import Conversation, Message
from aerostic.messaging.values import mapping, text

PAGE = 40
MOST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a thread.

    Args:
        body_id: the message that `body` is from: this one, or its latest edit.
        fate: `received`, or of ours `waiting`, `sent`, `delivered`, `read`, `failed`, `unknown`, `cancelled`.
        problem: why it failed, or is tried again, in plain words.
        author: who of us wrote it; '' for bots, campaigns and those who have left.
        source: what sent it: `person`, `campaigns`, ...
        quoted: what it answers.
        reaction: what the contact thinks of it, an emoji.
        forwarded: whether it was passed on by its sender.
        advert: the headline of the advertisement that led the person here.
    """

    id: UUID
    body_id: UUID
    inbound: bool
    at: datetime
    body: Body
    fate: str
    problem: str
    author: str
    source: str
    quoted: Body | None
    reaction: str
    edited: bool
    revoked: bool
    forwarded: bool
    advert: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of a conversation, the oldest entry first; `before` leads to the page before it."""

    entries: list[Entry]
    before: Cursor | None

    @property
    def oldest(self) -> Cursor | None:
        """The first entry's place."""
        return Cursor(self.entries[0].at, self.entries[0].id) if self.entries else None


def read(
    session: Session,
    conversation: Conversation,
    before: Cursor | None = None,
    size: int = PAGE,
    *,
    since: Cursor | None = None,
) -> Thread:
    """The newest messages of a conversation, or those before a cursor.

    Args:
        since: the oldest message wanted: what a page that has been open for a while shows anew, 200 messages at most.
    """
    size = MOST if since else size
    rows = list(session.scalars(_newest(conversation, before, since, size + 1)))
    more, rows = len(rows) > size or since is not None, rows[:size]
    if not rows:
        return Thread([], None)
    oldest = Cursor(_seen(rows[-1]), rows[-1].id)
    changes = amendments(session, conversation, oldest.at, [row.id for row in rows])
    entries = _entries(session, conversation.tenant_id, rows[::-1], changes)
    return Thread(entries, oldest if more else None)


def _newest(conversation: Conversation, before: Cursor | None, since: Cursor | None, most: int) -> Select[Message]:
    query = select(Message).where(
        Message.tenant_id == conversation.tenant_id,
        Message.contact_id == conversation.contact_id,
        Message.number_id == conversation.number_id,
        standing(),
    )
    if before:
        query = query.where(tuple_(seen_at, Message.id) < tuple_(before.at, before.id))
    if since:
        query = query.where(tuple_(seen_at, Message.id) >= tuple_(since.at, since.id))
    return query.order_by(seen_at.desc(), Message.id.desc()).limit(most)


def _entries(session: Session, tenant_id: UUID, rows: Sequence[Message], changes: Amendments) -> list[Entry]:
    quoted = _quoted(session, tenant_id, rows)
    shown = bodies(session, tenant_id, {row.id: row for row in (*rows, *changes.edits.values(), *quoted)}.values())
    names = _names(session, rows)
    return [_entry(row, changes, shown, names) for row in rows]


def _entry(row: Message, changes: Amendments, shown: dict[UUID, Body], names: dict[str, str]) -> Entry:
    edit = changes.edits.get(row.id)
    body_id = edit.id if edit else row.id
    content = mapping(row.content) if row.direction == "in" else {}
    answered = text(row.details.get("reply_to"))
    return Entry(
        id=row.id,
        body_id=body_id,
        inbound=row.direction == "in",
        at=_seen(row),
        body=shown[body_id],
        fate=fate(row),
        problem=row.error if row.state in ("failed", "planned", "unknown") or row.status == "failed" else "",
        author=names.get(text(row.details.get("user_id")), ""),
        source=row.source,
        quoted=shown.get(UUID(answered)) if answered else None,
        reaction=changes.reactions.get(row.id, ""),
        edited=edit is not None,
        revoked=row.id in changes.revoked,
        forwarded=_forwarded(content),
        advert=text(mapping(content.get("referral")).get("headline")),
    )


def fate(row: Message) -> str:
    """How far a message came, in one word."""
    match row.state:
        case "planned" | "sending":
            return "waiting"
        case "accepted":
            return row.status or "sent"
    return row.state


def _forwarded(content: dict[str, Any]) -> bool:
    context = mapping(content.get("context"))
    return context.get("forwarded") is True or context.get("frequently_forwarded") is True


def _seen(row: Message) -> datetime:
    return row.sending_at or row.created_at


def _quoted(session: Session, tenant_id: UUID, rows: Sequence[Message]) -> list[Message]:
    """The messages that these answer."""
    ids = {UUID(answered) for row in rows if (answered := text(row.details.get("reply_to")))}
    if not ids:
        return []
    return list(session.scalars(select(Message).where(Message.tenant_id == tenant_id, Message.id.in_(ids))))


def _names(session: Session, rows: Sequence[Message]) -> dict[str, str]:
    """The names of those of us who wrote."""
    ids = {UUID(user) for row in rows if (user := text(row.details.get("user_id")))}
    if not ids:
        return {}
    found = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {str(id_): name for id_, name in found}
