"""The labels of contacts: listed with how many wear them, made, renamed, removed, put on and taken off."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from aerostic.db import new_id
from aerostic.messaging.models import ContactTag, Tag

LONGEST = 64
WEAR = text("""
    INSERT INTO contact_tag (tag_id, contact_id, tenant_id)
    SELECT :tag, contact.id, :tenant FROM contact WHERE contact.tenant_id = :tenant AND contact.id = ANY(:contacts)
    ON CONFLICT (tag_id, contact_id) DO NOTHING
""")
TAKE_OFF = text("DELETE FROM contact_tag WHERE tenant_id = :tenant AND tag_id = :tag AND contact_id = ANY(:contacts)")


class TagExistsError(ValueError):
    """The tenant has a tag of this name."""


class Counted(NamedTuple):
    """A tag, and how many contacts wear it."""

    id: UUID
    name: str
    contacts: int


def all_tags(session: Session, tenant_id: UUID) -> Sequence[Tag]:
    """The tenant's tags by name."""
    return session.scalars(select(Tag).where(Tag.tenant_id == tenant_id).order_by(func.lower(Tag.name), Tag.id)).all()


def counted(session: Session, tenant_id: UUID) -> list[Counted]:
    """The tenant's tags by name, each with its number of contacts."""
    own = select(ContactTag.tag_id, func.count()).where(ContactTag.tenant_id == tenant_id).group_by(ContactTag.tag_id)
    numbers = {row[0]: row[1] for row in session.execute(own)}
    return [Counted(tag.id, tag.name, numbers.get(tag.id, 0)) for tag in all_tags(session, tenant_id)]


def tag_named(session: Session, tenant_id: UUID, name: str) -> Tag:
    """The tag of this name, made if there is none."""
    name = _cleaned(name)
    tag = _find(session, tenant_id, name)
    if tag is None:
        tag = Tag(tenant_id=tenant_id, id=new_id(), name=name)
        session.add(tag)
        session.flush()
    return tag


def rename(session: Session, tag: Tag, name: str) -> None:
    """Give a tag another name.

    Raises:
        TagExistsError: another tag has it.
        ValueError: the name is empty or too long.
    """
    name = _cleaned(name)
    other = _find(session, tag.tenant_id, name)
    if other is not None and other.id != tag.id:
        raise TagExistsError(name)
    tag.name = name


def put_on(session: Session, tenant_id: UUID, tag_id: UUID, contacts: Sequence[UUID]) -> None:
    """Make contacts wear a tag; those that do already keep it."""
    session.execute(WEAR, {"tenant": tenant_id, "tag": tag_id, "contacts": list(contacts)})


def take_off(session: Session, tenant_id: UUID, tag_id: UUID, contacts: Sequence[UUID]) -> None:
    """Take a tag off contacts."""
    session.execute(TAKE_OFF, {"tenant": tenant_id, "tag": tag_id, "contacts": list(contacts)})


def names_of(session: Session, tenant_id: UUID, contacts: Sequence[UUID]) -> dict[UUID, list[Tag]]:
    """The tags that each of these contacts wears, by name."""
    worn = (
        select(ContactTag.contact_id, Tag)
        .join(Tag, Tag.id == ContactTag.tag_id)
        .where(ContactTag.tenant_id == tenant_id, Tag.tenant_id == tenant_id, ContactTag.contact_id.in_(contacts))
        .order_by(func.lower(Tag.name), Tag.id)
    )
    found: dict[UUID, list[Tag]] = {}
    for contact_id, tag in session.execute(worn):
        found.setdefault(contact_id, []).append(tag)
    return found


def _find(session: Session, tenant_id: UUID, name: str) -> Tag | None:
    return session.scalar(select(Tag).where(Tag.tenant_id == tenant_id, Tag.name == name))


def _cleaned(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST:
        raise ValueError(f"a tag has 1 to {LONGEST} characters")
    return name
