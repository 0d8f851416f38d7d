"""Conversations, the one with the newest message first: searched, filtered, a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from aerostic.db import utcnow
from aerostic.messaging.bodies import Body
from aerostic.messaging.contacts.search import matching
from aerostic.messaging.conversations.cursors import Cursor
from aerostic.messaging.conversations.rendering import bodies
from aerostic.messaging.conversations.tables import seen_at, standing
from aerostic.messaging.conversations.thread import fate
from aerostic.messaging.models import ChannelNumber, Contact, Conversation, Message

PAGE = 30
Only = Literal["", "unanswered", "open", "person"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which conversations are wanted.

    Args:
        search: what `contacts.search` finds people by.
        only: those where somebody waits for an answer, that may be answered freely, or that a person has taken over.
    """

    search: str = ""
    only: Only = ""
    number_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in the list.

    Args:
        number: the name of the number, or the number itself where it has none.
        last: what was said last, by whom `inbound` says; `fate` how far ours came.
    """

    id: UUID
    contact_id: UUID
    name: str
    phone: str
    number: str
    last_at: datetime
    window_until: datetime | None
    unanswered_since: datetime | None
    handled_by: str
    last: Body | None
    inbound: bool
    fate: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; `after` leads to the next one."""

    rows: list[Row]
    after: Cursor | None


def listing(
    session: Session, tenant_id: UUID, filters: Filters, after: Cursor | None = None, size: int = PAGE
) -> Listing:
    """The conversations behind a cursor, or the newest ones."""
    query = _query(tenant_id, filters, after, size + 1)
    if filters.search:
        query = query.where(matching(session, tenant_id, filters.search))
    found = session.execute(query).all()
    more, found = len(found) > size, found[:size]
    last = _last_messages(session, tenant_id, [conversation for conversation, _, _ in found])
    shown = bodies(session, tenant_id, last.values())
    rows = [_row(*item, last.get(item[0].id), shown) for item in found]
    return Listing(rows, Cursor(rows[-1].last_at, rows[-1].id) if more else None)


def _query(tenant_id: UUID, filters: Filters, after: Cursor | None, most: int) -> Select[Conversation, Contact, str]:
    query = (
        select(Conversation, Contact, func.coalesce(func.nullif(ChannelNumber.name, ""), ChannelNumber.display))
        .join(Contact, Contact.id == Conversation.contact_id)
        .join(ChannelNumber, ChannelNumber.id == Conversation.number_id)
        .where(Conversation.tenant_id == tenant_id, Conversation.last_message_at.is_not(None))
        .where(*_conditions(filters))
    )
    if after:
        query = query.where(tuple_(Conversation.last_message_at, Conversation.id) < tuple_(after.at, after.id))
    return query.order_by(Conversation.last_message_at.desc(), Conversation.id.desc()).limit(most)


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    match filters.only:
        case "unanswered":
            yield Conversation.unanswered_since.is_not(None)
        case "open":
            yield Conversation.window_until > utcnow()
        case "person":
            yield Conversation.handled_by == "person"
    if filters.number_id:
        yield Conversation.number_id == filters.number_id


def _last_messages(session: Session, tenant_id: UUID, rows: Sequence[Conversation]) -> dict[UUID, Message]:
    """What was said last in each conversation."""
    own = (Message.contact_id == Conversation.contact_id, Message.number_id == Conversation.number_id)
    one = (
        select(Message)
        .where(Message.tenant_id == tenant_id, *own, standing())
        .order_by(seen_at.desc(), Message.id.desc())
        .limit(1)
        .correlate(Conversation)
        .lateral("newest")
    )
    newest = aliased(Message, one)
    query = select(Conversation.id, newest).join(newest, true()).where(Conversation.id.in_([row.id for row in rows]))
    return dict(session.execute(query).all())


def _row(
    conversation: Conversation, contact: Contact, number: str, last: Message | None, shown: dict[UUID, Body]
) -> Row:
    return Row(
        id=conversation.id,
        contact_id=contact.id,
        name=contact.name,
        phone=contact.phone or "",
        number=number,
        last_at=conversation.last_message_at or conversation.created_at,
        window_until=conversation.window_until,
        unanswered_since=conversation.unanswered_since,
        handled_by=conversation.handled_by,
        last=shown[last.id] if last else None,
        inbound=bool(last and last.direction == "in"),
        fate=fate(last) if last else "",
    )
