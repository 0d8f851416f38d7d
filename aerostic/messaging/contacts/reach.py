"""One person, asked for in one statement: where a message reaches them, and whether they want it."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.messaging.contacts.consent import IS_BLOCKED
from aerostic.messaging.contacts.identifiers import USER_ID
from aerostic.security.envelope import Place
from aerostic.security.vault import open_text

REACH = text(f"""
    SELECT contact.phone_sealed, contact.country, contact.marketing, {IS_BLOCKED} AS blocked,
           named.id AS user_row, named.value_sealed AS user_sealed
    FROM contact LEFT JOIN LATERAL (
        SELECT id, value_sealed FROM contact_identifier
        WHERE tenant_id = :tenant AND contact_id = contact.id AND kind = :kind ORDER BY id DESC LIMIT 1
    ) named ON true
    WHERE contact.tenant_id = :tenant AND contact.id = :contact
""")


class Reach(NamedTuple):
    """Where somebody is reached, and whether they must not get a message of the category that was asked for."""

    phone: str | None
    user_id: str | None
    country: str
    marketing: str
    blocked: bool


def reach(session: Session, tenant_id: UUID, contact_id: UUID, category: str) -> Reach | None:
    """How a contact is reached now; None where there is no such contact.

    Args:
        category: of the message: `marketing`, `utility`, ...
    """
    name = category.lower()
    values = {"tenant": tenant_id, "contact": contact_id, "category": name, "marketing": name == "marketing"}
    row = session.execute(REACH, {**values, "kind": USER_ID}).first()
    if row is None:
        return None
    phone = open_text(Place("contact", "phone", tenant_id, contact_id), row.phone_sealed) if row.phone_sealed else None
    place = Place("contact_identifier", "value", tenant_id, row.user_row) if row.user_row else None
    user_id = open_text(place, row.user_sealed) if place else None
    return Reach(phone, user_id, row.country, row.marketing, bool(row.blocked))
