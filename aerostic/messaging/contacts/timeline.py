"""What happened with one contact, newest first, whatever it was: messages, answers about consent, imports, tags."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, func, select, tuple_
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.identity.models import User
from aerostic.messaging.bodies import Body
from aerostic.messaging.conversations.cursors import Cursor
from aerostic.messaging.conversations.rendering import bodies
from aerostic.messaging.conversations.tables import seen_at, standing
from aerostic.messaging.conversations.thread import fate
from aerostic.messaging.models import Consent, Contact, ContactImport, ContactTag, ImportedContact, Message, Tag

PAGE = 30
WEEKS = 12
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened.

    Args:
        row: the message, consent, import or tag itself.
        body: what a message says.
        fate: how far a message came, see `conversations.thread.fate`.
        author: who of us did it, where that is known.
    """

    kind: Literal["message", "consent", "import", "tag"]
    at: datetime
    id: UUID
    row: Any
    body: Body | None = None
    fate: str = ""
    author: str = ""


def read(
    session: Session, contact: Contact, before: Cursor | None = None, size: int = PAGE
) -> tuple[list[Happening], Cursor | None]:
    """A page of the timeline, and where the next one begins, if there is one."""
    sources = (_messages, _consents, _imports, _tags)
    found = [list(source(session, contact, before, size + 1)) for source in sources]
    merged = list(heapq.merge(*found, key=lambda item: (item.at, item.id), reverse=True))
    page = merged[:size]
    return page, Cursor(page[-1].at, page[-1].id) if len(merged) > size else None


def weekly(session: Session, contact: Contact) -> list[int]:
    """Messages of the last twelve weeks, week by week."""
    start = utcnow() - timedelta(weeks=WEEKS)
    week = func.floor(func.extract("epoch", seen_at - start) / timedelta(weeks=1).total_seconds())
    own = (Message.tenant_id == contact.tenant_id, Message.contact_id == contact.id, seen_at >= start)
    counted = {int(row[0]): row[1] for row in session.execute(select(week, func.count()).where(*own).group_by(week))}
    return [counted.get(number, 0) for number in range(WEEKS)]


def _messages(session: Session, contact: Contact, before: Cursor | None, size: int) -> Iterator[Happening]:
    own = select(Message).where(Message.tenant_id == contact.tenant_id, Message.contact_id == contact.id, standing())
    rows = list(session.scalars(_newest(own, seen_at, Message.id, before, size)))
    shown = bodies(session, contact.tenant_id, rows)
    for row in rows:
        at = row.sending_at or row.created_at
        yield Happening("message", at, row.id, row, shown[row.id], fate(row) if row.direction == "out" else "")


def _consents(session: Session, contact: Contact, before: Cursor | None, size: int) -> Iterator[Happening]:
    own = (
        select(Consent, User.name)
        .outerjoin(User, User.id == Consent.user_id)
        .where(Consent.tenant_id == contact.tenant_id, Consent.contact_id == contact.id)
    )
    for row, name in session.execute(_newest(own, Consent.given_at, Consent.id, before, size)):
        yield Happening("consent", row.given_at, row.id, row, author=name or "")


def _imports(session: Session, contact: Contact, before: Cursor | None, size: int) -> Iterator[Happening]:
    own = (
        select(ContactImport)
        .join(ImportedContact, ImportedContact.import_id == ContactImport.id)
        .where(ImportedContact.contact_id == contact.id, ContactImport.tenant_id == contact.tenant_id)
    )
    for row in session.scalars(_newest(own, ContactImport.created_at, ContactImport.id, before, size)):
        yield Happening("import", row.created_at, row.id, row)


def _tags(session: Session, contact: Contact, before: Cursor | None, size: int) -> Iterator[Happening]:
    own = (
        select(Tag, ContactTag.created_at)
        .join(ContactTag, ContactTag.tag_id == Tag.id)
        .where(ContactTag.contact_id == contact.id, Tag.tenant_id == contact.tenant_id)
    )
    for row, at in session.execute(_newest(own, ContactTag.created_at, Tag.id, before, size)):
        yield Happening("tag", at, row.id, row)


def _newest(
    query: Select[*Ts], at: SQLColumnExpression[Any], key: SQLColumnExpression[Any], before: Cursor | None, size: int
) -> Select[*Ts]:
    if before:
        query = query.where(tuple_(at, key) < tuple_(before.at, before.id))
    return query.order_by(at.desc(), key.desc()).limit(size)
