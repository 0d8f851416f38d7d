"""Finding the contacts behind what a provider names, many at a time, and making those that are new.

A person is matched by phone or by business-scoped user id; a payload that holds both joins what was two contacts
(whatsapp.md 15). User names only come along: they change hands, so nobody is matched by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import new_id
from aerostic.messaging.contacts.consent import refresh
from aerostic.messaging.contacts.identifiers import (
    USER_ID,
    USERNAME,
    Identifier,
    attach,
    identifier,
    owners,
    phone_index,
)
from aerostic.messaging.contacts.merge import merge
from aerostic.messaging.contacts.phones import canonical, country_of
from aerostic.security.envelope import Place
from aerostic.security.vault import seal_text

ATTEMPTS = 5
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('contact:' || CAST(:tenant AS text), 0))")
PHONES = text("SELECT phone_index, id FROM contact WHERE tenant_id = :tenant AND phone_index = ANY(:indexes)")
HAVE_PHONE = text("SELECT id FROM contact WHERE tenant_id = :tenant AND id = ANY(:ids) AND phone_index IS NOT NULL")
INSERT = text("""
    INSERT INTO contact (id, tenant_id, phone_sealed, phone_index, name, country, source, created_at, updated_at)
    SELECT n.id, :tenant, n.phone_sealed, n.phone_index, n.name, n.country, :source, now(), now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:sealed AS bytea[]), CAST(:indexes AS bytea[]), CAST(:names AS text[]),
                CAST(:countries AS text[])) AS n (id, phone_sealed, phone_index, name, country)
    ORDER BY n.phone_index
    ON CONFLICT (tenant_id, phone_index) DO NOTHING
    RETURNING id
""")
SET_PHONE = text("""
    UPDATE contact SET phone_sealed = :sealed, phone_index = :index, country = :country, updated_at = now()
    WHERE tenant_id = :tenant AND id = :id
""")
SET_NAMES = text("""
    UPDATE contact SET name = n.name, updated_at = now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) AS n (id, name)
    WHERE contact.tenant_id = :tenant AND contact.id = n.id AND contact.name = ''
""")


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a provider names one. `phone` is E.164 with plus; it or `user_id` may be missing, never both."""

    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)
    username: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Known:
    """A person with the indexes to look for."""

    person: Person
    phone: str | None
    phone_index: bytes | None
    names: tuple[Identifier, ...]

    @property
    def user(self) -> tuple[str, bytes] | None:
        return next(((n.kind, n.index) for n in self.names if n.kind == USER_ID), None)


@dataclass(slots=True)
class _Found:
    """Contacts by phone and by identifier, as the database has them, completed while a plan is made."""

    phones: dict[bytes, UUID]
    names: dict[tuple[str, bytes], UUID]
    have_phone: set[UUID]

    def of(self, known: _Known) -> UUID | None:
        by_phone = self.phones.get(known.phone_index) if known.phone_index else None
        return by_phone or (self.names.get(known.user) if known.user else None)

    def complete(self, known: _Known) -> bool:
        owner = self.of(known)
        whole = known.phone_index is None or known.phone_index in self.phones
        return owner is not None and whole and all(self.names.get((n.kind, n.index)) == owner for n in known.names)


def find_or_create(
    session: Session, tenant_id: UUID, people: Sequence[Person], *, source: str = "inbound"
) -> list[UUID]:
    """The contacts of many people, in their order. Safe beside imports and other workers that see the same people.

    Raises:
        ValueError: a person with neither phone nor user id.
    """
    known = [_know(tenant_id, person) for person in people]
    found = _look_up(session, tenant_id, known)
    if not all(map(found.complete, known)):
        # One at a time in a tenant: user ids have no row of their own to wait on until they are written.
        session.execute(LOCK, {"tenant": tenant_id})
        found = _create(session, tenant_id, known, source)
        _join(session, tenant_id, known, found)
    _name(session, tenant_id, known, found)
    return [_owner(found, item) for item in known]


def _owner(found: _Found, known: _Known) -> UUID:
    owner = found.of(known)
    if owner is None:
        raise LookupError("a contact vanished while it was looked for")
    return owner


def _know(tenant_id: UUID, person: Person) -> _Known:
    if not person.phone and not person.user_id:
        raise ValueError("a person needs a phone or a user id")
    phone = canonical(person.phone) if person.phone else None
    names = []
    if person.user_id:
        names.append(identifier(tenant_id, USER_ID, person.user_id))
    if person.username:
        names.append(identifier(tenant_id, USERNAME, person.username))
    return _Known(person, phone, phone_index(tenant_id, phone) if phone else None, tuple(names))


def _look_up(session: Session, tenant_id: UUID, known: Sequence[_Known]) -> _Found:
    indexes = [item.phone_index for item in known if item.phone_index]
    rows = session.execute(PHONES, {"tenant": tenant_id, "indexes": indexes}) if indexes else ()
    phones = {bytes(index): id_ for index, id_ in rows}
    names = owners(session, tenant_id, (name for item in known for name in item.names))
    ids = list({*names.values()} - {*phones.values()})
    have = set(session.scalars(HAVE_PHONE, {"tenant": tenant_id, "ids": ids})) if ids else set()
    return _Found(phones, names, {*phones.values(), *have})


def _create(session: Session, tenant_id: UUID, known: Sequence[_Known], source: str) -> _Found:
    """Make the contacts that are missing; an import may have been quicker with some, hence the loop."""
    for _ in range(ATTEMPTS):
        found = _look_up(session, tenant_id, known)
        new = _plan(found, known)
        if not new:
            return found
        _insert(session, tenant_id, new, source)
        # Those known by a user id alone are found by it from here on.
        attach(session, tenant_id, ((id_, n) for id_, k in new.items() if not k.phone for n in k.names))
    raise LookupError("contacts kept changing while they were made")


def _plan(found: _Found, known: Sequence[_Known]) -> dict[UUID, _Known]:
    """Who needs a contact of their own. A user id whose contact has no phone yet is completed later instead."""
    new: dict[UUID, _Known] = {}
    found = _Found({**found.phones}, {**found.names}, {*found.have_phone})
    for item in sorted(known, key=lambda k: k.phone is None):
        owner = found.of(item)
        taken = owner in found.have_phone and item.phone_index and item.phone_index not in found.phones
        if owner is None or taken:
            owner = new_id()
            new[owner] = item
        if item.phone_index and item.phone_index not in found.phones and owner in new:
            found.phones[item.phone_index] = owner
            found.have_phone.add(owner)
        for name in item.names:
            found.names.setdefault((name.kind, name.index), owner)
    return new


def _insert(session: Session, tenant_id: UUID, new: dict[UUID, _Known], source: str) -> None:
    session.execute(
        INSERT,
        {
            "tenant": tenant_id,
            "source": source,
            "ids": list(new),
            "sealed": [_sealed(tenant_id, id_, item.phone) for id_, item in new.items()],
            "indexes": [item.phone_index for item in new.values()],
            "names": [item.person.name for item in new.values()],
            "countries": [country_of(item.phone, item.person.user_id) for item in new.values()],
        },
    )


def _sealed(tenant_id: UUID, contact_id: UUID, phone: str | None) -> bytes | None:
    return seal_text(Place("contact", "phone", tenant_id, contact_id), phone) if phone else None


def _join(session: Session, tenant_id: UUID, known: Sequence[_Known], found: _Found) -> None:
    """Bring phone and user id of each person to one contact."""
    for item in known:
        user = found.names.get(item.user) if item.user else None
        if not item.phone_index or user is None:
            continue
        owner = found.phones.get(item.phone_index)
        if owner is None:
            _set_phone(session, tenant_id, user, item)
            found.phones[item.phone_index] = user
            found.have_phone.add(user)
        elif owner != user and user not in found.have_phone:
            merge(session, tenant_id, owner, user)
            found.names = {name: owner if id_ == user else id_ for name, id_ in found.names.items()}
    attach(session, tenant_id, _moves(known, found))


def _moves(known: Sequence[_Known], found: _Found) -> list[tuple[UUID, Identifier]]:
    """The identifiers to write. Who is known by phone comes first: a user id of theirs then stands for them alone too."""
    moves = []
    for item in sorted(known, key=lambda k: k.phone is None):
        owner = _owner(found, item)
        for name in item.names:
            if found.names.get((name.kind, name.index)) != owner:
                found.names[name.kind, name.index] = owner
                moves.append((owner, name))
    return moves


def _set_phone(session: Session, tenant_id: UUID, contact_id: UUID, item: _Known) -> None:
    values = {
        "tenant": tenant_id,
        "id": contact_id,
        "sealed": _sealed(tenant_id, contact_id, item.phone),
        "index": item.phone_index,
        "country": country_of(item.phone),
    }
    session.execute(SET_PHONE, values)
    refresh(session, tenant_id, [contact_id])


def _name(session: Session, tenant_id: UUID, known: Sequence[_Known], found: _Found) -> None:
    """Note the profile names of contacts that have none."""
    names = {_owner(found, item): item.person.name for item in known if item.person.name}
    if names:
        ids = sorted(names)
        session.execute(SET_NAMES, {"tenant": tenant_id, "ids": ids, "names": [names[id_] for id_ in ids]})
