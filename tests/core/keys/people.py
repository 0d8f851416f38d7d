"""Contacts whose phones and addresses are sealed, and what became of their ciphertexts."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import orjson
from sqlalchemy import select, text, update

from aerostic.audit.sealing import seal_pending
from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.keys.rotating import SCOPE
from aerostic.messaging.models import Contact
from aerostic.security.envelope import key_id_of
from aerostic.security.models import DataKey
from tests.core.audit.acts import chain
from tests.support.factories import make_contact, make_tenant


def people(count: int) -> UUID:
    """A tenant with this many contacts, each with a phone and an address; its id."""
    tenant = make_tenant()
    for number in range(count):
        make_contact(tenant.id, f"+1650555{number:04}", email=f"p{number}@maple.example")
    return tenant.id


def opened(tenant_id: UUID) -> list[tuple[str | None, str | None]]:
    """Phones and addresses, in the order in which the contacts were made."""
    with transaction(tenant_scope(tenant_id)) as session:
        return [(row.phone, row.email) for row in session.scalars(select(Contact).order_by(Contact.id))]


def expected(count: int) -> list[tuple[str, str]]:
    """What `people` has made."""
    return [(f"+1650555{number:04}", f"p{number}@maple.example") for number in range(count)]


def under(tenant_id: UUID) -> set[bytes]:
    """The ids of the keys that the ciphertexts name."""
    with transaction(tenant_scope(tenant_id)) as session:
        rows = session.execute(select(Contact.phone_sealed, Contact.email_sealed)).all()
    return {key_id_of(blob) for row in rows for blob in row if blob}


def data_keys(tenant_id: UUID | None, purpose: str = "data") -> Sequence[DataKey]:
    """The rows of an owner's keys, by version."""
    mine = DataKey.tenant_id == tenant_id, DataKey.purpose == purpose
    with transaction(SCOPE) as session:
        return session.scalars(select(DataKey).where(*mine).order_by(DataKey.version)).all()


def age(tenant_id: UUID, by: timedelta) -> None:
    """Let the rotations of a tenant have been earlier."""
    with transaction(SCOPE) as session:
        session.execute(update(DataKey).where(DataKey.tenant_id == tenant_id).values(rotated_at=utcnow() - by))


def acts(chain_id: UUID | None) -> list[tuple[str, dict[str, object]]]:
    """The acts about keys in a chain, with what they say is now."""
    while seal_pending():
        pass
    bodies = [orjson.loads(entry.body) for entry in chain(chain_id)]
    return [(body["action"], body["after"]) for body in bodies if body["action"].startswith("encryption.")]


def cursors() -> dict[str, UUID | None]:
    """How far re-encryption has come, by column."""
    with transaction(SCOPE) as session:
        return dict(session.execute(text("SELECT place, after FROM reencryption")).all())
