"""How a contact is found: the blind indexes of the phone and of the other names a person has at a channel."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import new_id
from aerostic.security.envelope import Place
from aerostic.security.vault import blind_index, seal_text

USER_ID, USERNAME, WA_ID = "bsuid", "username", "wa_id"
KINDS = (USER_ID, USERNAME, WA_ID)
ATTACH = text("""
    INSERT INTO contact_identifier (id, tenant_id, contact_id, kind, value_sealed, value_index, created_at)
    SELECT n.id, :tenant, n.contact_id, n.kind, n.sealed, n.value_index, now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:contacts AS uuid[]), CAST(:kinds AS text[]), CAST(:sealed AS bytea[]),
                CAST(:indexes AS bytea[])) AS n (id, contact_id, kind, sealed, value_index)
    ORDER BY n.kind, n.value_index
    ON CONFLICT (tenant_id, kind, value_index) DO UPDATE SET contact_id = excluded.contact_id
    WHERE contact_identifier.contact_id <> excluded.contact_id
""")
FIND = text("""
    SELECT i.kind, i.value_index, i.contact_id FROM contact_identifier i
    WHERE i.tenant_id = :tenant AND i.value_index = ANY(:indexes)
""")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name of a contact at a channel, ready to be looked up.

    Args:
        kind: one of `KINDS`.
        index: the blind index of the value.
    """

    kind: str
    value: str
    index: bytes


def phone_index(tenant_id: UUID, e164: str) -> bytes:
    """The blind index of a phone in its canonical spelling."""
    return blind_index(tenant_id, "contact.phone", e164)


def email_index(tenant_id: UUID, address: str) -> bytes:
    """The blind index of an e-mail address."""
    return blind_index(tenant_id, "contact.email", address.strip().lower())


def identifier(tenant_id: UUID, kind: str, value: str) -> Identifier:
    """An identifier with its index. User names are equal whatever their case and with or without `@`."""
    value = value.strip().removeprefix("@").lower() if kind == USERNAME else value.strip()
    return Identifier(kind, value, blind_index(tenant_id, f"contact_identifier.{kind}", value))


def attach(session: Session, tenant_id: UUID, owned: Iterable[tuple[UUID, Identifier]]) -> None:
    """Give contacts identifiers. One that another contact had moves: the newest holder has it."""
    newest = {(name.kind, name.index): (contact_id, name) for contact_id, name in owned}
    rows = [(new_id(), contact_id, name) for contact_id, name in newest.values()]
    if not rows:
        return
    session.execute(
        ATTACH,
        {
            "tenant": tenant_id,
            "ids": [row for row, _, _ in rows],
            "contacts": [contact_id for _, contact_id, _ in rows],
            "kinds": [name.kind for _, _, name in rows],
            "sealed": [
                seal_text(Place("contact_identifier", "value", tenant_id, row), name.value) for row, _, name in rows
            ],
            "indexes": [name.index for _, _, name in rows],
        },
    )


def owners(session: Session, tenant_id: UUID, names: Iterable[Identifier]) -> dict[tuple[str, bytes], UUID]:
    """Contacts by (kind, index) of those identifiers that are known."""
    indexes = [name.index for name in names]
    if not indexes:
        return {}
    rows = session.execute(FIND, {"tenant": tenant_id, "indexes": indexes})
    return {(kind, bytes(index)): contact_id for kind, index, contact_id in rows}
