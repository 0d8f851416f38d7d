"""The labels of contacts: listed with how many wear them, made, renamed, removed, put on and taken off."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import Event, emit_rows, new_id
from aerostic.messaging.models import Contact, ContactTag, Tag

LONGEST = 64
# An event names at most so many contacts, so that it stays small on the bus.
MOST_TOLD = 200
WEAR = text("""
    INSERT INTO contact_tag (tag_id, contact_id, tenant_id)
    SELECT :tag, contact.id, :tenant FROM contact WHERE contact.tenant_id = :tenant AND contact.id = ANY(:contacts)
    ON CONFLICT (tag_id, contact_id) DO NOTHING RETURNING contact_id
""")
# Somebody else may be making the same one.
MAKE = text(
    "INSERT INTO tag (id, tenant_id, name) VALUES (:id, :tenant, :name) ON CONFLICT (tenant_id, name) DO NOTHING RETURNING id"
)
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
        made = session.scalar(MAKE, {"id": new_id(), "tenant": tenant_id, "name": name})
        tag = session.scalars(select(Tag).where(Tag.tenant_id == tenant_id, Tag.name == name)).one()
        if made:
            _note(session, tag, "created", after={"name": name})
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
    _note(session, tag, "renamed", {"name": tag.name}, {"name": name})
    tag.name = name


def delete(session: Session, tag: Tag) -> None:
    """Delete a tag, and so take it off everybody."""
    _note(session, tag, "deleted", {"name": tag.name})
    session.delete(tag)


def change(session: Session, contact: Contact, on: Sequence[str], off: Sequence[Tag] = ()) -> None:
    """Put tags on one contact, made where there are none of the name, and take others off."""
    before = [tag.name for tag in names_of(session, contact.tenant_id, [contact.id]).get(contact.id, [])]
    for name in on:
        put_on(session, contact.tenant_id, tag_named(session, contact.tenant_id, name).id, [contact.id])
    for tag in off:
        take_off(session, contact.tenant_id, tag.id, [contact.id])
    after = [tag.name for tag in names_of(session, contact.tenant_id, [contact.id]).get(contact.id, [])]
    if after != before:
        changed = {"tags": before}, {"tags": after}
        audit.record(session, audit.Act(contact.tenant_id, "contact.tagged", f"contact:{contact.id}", *changed))


def put_on(session: Session, tenant_id: UUID, tag_id: UUID, contacts: Sequence[UUID]) -> None:
    """Make contacts wear a tag, and announce who does now; those that did already keep it."""
    new = session.scalars(WEAR, {"tenant": tenant_id, "tag": tag_id, "contacts": list(contacts)})
    told = {"tag_id": str(tag_id)}
    emit_rows(session, about_contacts("contact.tagged", tenant_id, sorted(new), told))


def about_contacts(kind: str, tenant_id: UUID, contacts: Sequence[UUID], data: Mapping[str, object]) -> Iterator[Event]:
    """One event a slice of many contacts, so that a whole import is no flood. Their `contact_ids` come beside `data`."""
    for start in range(0, len(contacts), MOST_TOLD):
        ids = [str(one) for one in contacts[start : start + MOST_TOLD]]
        yield Event(kind, tenant_id, ids[0], {**data, "contact_ids": ids})


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


def _note(session: Session, tag: Tag, verb: str, before: Mapping[str, str] = {}, after: Mapping[str, str] = {}) -> None:
    audit.record(session, audit.Act(tag.tenant_id, f"tag.{verb}", f"tag:{tag.id}", before, after))


def _find(session: Session, tenant_id: UUID, name: str) -> Tag | None:
    return session.scalar(select(Tag).where(Tag.tenant_id == tenant_id, Tag.name == name))


def _cleaned(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST:
        raise ValueError(f"a tag has 1 to {LONGEST} characters")
    return name
