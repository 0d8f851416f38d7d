"""Rotating data keys, and wrapping them under the newest key-encryption key. Both change no value that is sealed."""

from uuid import UUID

from sqlalchemy import select

from aerostic.audit import Act, record
from aerostic.db import platform_scope, transaction, utcnow
from aerostic.security.data_keys import StoredKey, new_key
from aerostic.security.models import DataKey
from aerostic.security.store import key_of, row_of
from aerostic.security.vault import keyring

SCOPE = platform_scope("looking after data keys")
BATCH = 500


def owners() -> list[UUID | None]:
    """Who has an active data key; None is the platform."""
    with transaction(SCOPE) as session:
        mine = DataKey.purpose == "data", DataKey.state == "active"
        return list(session.scalars(select(DataKey.tenant_id).where(*mine).order_by(DataKey.tenant_id)))


def rotate(tenant_id: UUID | None) -> StoredKey | None:
    """Give an owner a new data key. The one before only opens from now on; other processes seal with it for a minute yet.

    Returns:
        The new key; None where there is none to replace, or somebody else is just doing it.
    """
    mine = DataKey.tenant_id == tenant_id, DataKey.purpose == "data", DataKey.state == "active"
    with transaction(SCOPE) as session:
        old = session.scalar(select(DataKey).where(*mine).with_for_update(skip_locked=True))
        if old is None:
            return None
        old.state, old.rotated_at = "opens_only", utcnow()
        session.flush()
        new = new_key(keyring().provider, tenant_id, "data", old.version + 1)
        session.add(DataKey(**row_of(new)))
        told = {"key_id": shown(new.id), "version": new.version}
        record(session, Act(tenant_id, "encryption.rotated", after=told))
    keyring().forget()
    return new


def rewrap() -> int:
    """Wrap every data key under the provider's newest key-encryption key, so that older ones can be taken away.

    Returns:
        How many keys there were to wrap.
    """
    provider, count = keyring().provider, 0
    while done := _rewrap_some():
        count += done
    if count:
        with transaction(SCOPE) as session:
            record(session, Act(None, "encryption.rewrapped", after={"keys": count, "under": provider.newest}))
    return count


def shown(key_id: bytes) -> str:
    """A key's id as people read it. It begins with 0x, or a masker could take one without letters for a phone number."""
    return f"0x{key_id.hex()}"


def _rewrap_some() -> int:
    provider = keyring().provider
    left = DataKey.wrapped.is_not(None), DataKey.kek_id != provider.newest
    with transaction(SCOPE) as session:
        rows = session.scalars(select(DataKey).where(*left).order_by(DataKey.id).limit(BATCH).with_for_update()).all()
        for row in rows:
            row.kek_id, row.wrapped = key_of(row).rewrapped(provider)
    return len(rows)
