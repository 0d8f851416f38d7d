"""Where a message reaches people, and whether they want it: asked for in one statement, of all whom a transaction is about."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import ask_again, once
from aerostic.messaging.contacts.consent import ANSWERS, IS_BLOCKED
from aerostic.messaging.contacts.identifiers import USER_ID
from aerostic.security.envelope import Place
from aerostic.security.vault import open_text

EXPECTED = "expected"
REACH = text(f"""
    SELECT contact.id, contact.phone_sealed, contact.country, contact.marketing, {IS_BLOCKED} AS blocked,
           named.id AS user_row, named.value_sealed AS user_sealed
    FROM contact LEFT JOIN LATERAL (
        SELECT id, value_sealed FROM contact_identifier
        WHERE tenant_id = :tenant AND contact_id = contact.id AND kind = :kind ORDER BY id DESC LIMIT 1
    ) named ON true
    WHERE contact.tenant_id = :tenant AND contact.id = ANY(:contacts)
""")


class Reach(NamedTuple):
    """Where somebody is reached, and whether they must not get a message of the category that was asked for."""

    phone: str | None
    user_id: str | None
    country: str
    marketing: str
    blocked: bool


def expect(session: Session, contact_ids: Iterable[UUID]) -> None:
    """The transaction will ask of these people: they are asked for together, when the first of them is."""
    known, more = once(session, EXPECTED, set[UUID]), set(contact_ids)
    if not more <= known:
        known |= more
        ask_again(session, ANSWERS)


def reach(session: Session, tenant_id: UUID, contact_id: UUID, category: str) -> Reach | None:
    """How a contact is reached now; None where there is no such contact.

    Args:
        category: of the message: `marketing`, `utility`, ...
    """
    name, expected = category.lower(), once(session, EXPECTED, set[UUID])
    if contact_id not in expected:
        return _all(session, tenant_id, [contact_id], name).get(contact_id)
    found = once(session, ANSWERS, dict[str, dict[UUID, Reach]])
    if name not in found:
        found[name] = _all(session, tenant_id, expected, name)
    return found[name].get(contact_id)


def _all(session: Session, tenant_id: UUID, contact_ids: Collection[UUID], category: str) -> dict[UUID, Reach]:
    values = {"tenant": tenant_id, "category": category, "marketing": category == "marketing", "kind": USER_ID}
    return {row.id: _reach(tenant_id, row) for row in session.execute(REACH, {**values, "contacts": list(contact_ids)})}


def _reach(tenant_id: UUID, row: Any) -> Reach:
    phone = open_text(Place("contact", "phone", tenant_id, row.id), row.phone_sealed) if row.phone_sealed else None
    place = Place("contact_identifier", "value", tenant_id, row.user_row) if row.user_row else None
    user_id = open_text(place, row.user_sealed) if place else None
    return Reach(phone, user_id, row.country, row.marketing, bool(row.blocked))
