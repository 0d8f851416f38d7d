"""API keys: made and shown once, listed, revoked, and recognised when a program comes with one."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record_sealed
from aerostic.db import service_scope, transaction, utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.words import N_

LONGEST_NAME = 100
PREFIX_BYTES, SECRET_BYTES = 6, 32
FORM = re.compile(r"ak_([0-9a-f]{12})_([\w-]{43})", re.ASCII)
NOTED_EVERY = timedelta(minutes=1)
SERVICE = service_scope("keys")
# Compared with where there is no such key, so that both refusals do the same work.
NOTHING = bytes(hashlib.sha256().digest_size)
UNKNOWN = N_("There is no such API key. Copy it anew, or make one in the settings of the workspace.")
REVOKED = N_("This API key was revoked. Use another one.")
EXPIRED = N_("This API key has expired. Make a new one in the settings of the workspace.")


class KeyRefusedError(Exception):
    """The key lets nobody in; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. Its text is shown now and never again."""

    row: ApiKey
    text: str = field(repr=False)


def create_key(
    session: Session,
    tenant_id: UUID,
    *,
    name: str,
    permissions: Collection[str],
    granted: Collection[str],
    created_by: UUID,
    expires_at: datetime | None = None,
    key_id: UUID | None = None,
) -> NewKey:
    """A new key of a tenant.

    Args:
        permissions: what it may do.
        granted: what the person who makes it may do: nobody gives away more than that.
        expires_at: None for a key that lasts until it is revoked.
        key_id: its id, where there is one already.

    Raises:
        ValueError: no name, or one over 100 characters; no permissions, or some that were not granted.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"a key's name has 1 to {LONGEST_NAME} characters")
    if not permissions or not set(permissions) <= set(granted):
        raise ValueError("a key has permissions, and none that its maker lacks")
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    row = ApiKey(
        tenant_id=tenant_id,
        id=key_id,
        name=name,
        prefix=prefix,
        digest=_digest(secret),
        permissions=sorted(set(permissions)),
        created_by=created_by,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    after = {"name": name, "permissions": row.permissions, "expires": expires_at}
    record_sealed(session, Act(tenant_id, "key.created", f"key:{row.id}", after=after))
    return NewKey(row, f"ak_{prefix}_{secret}")


def list_keys(session: Session, tenant_id: UUID) -> Sequence[ApiKey]:
    """A tenant's keys, the newest first; revoked and expired ones too."""
    return session.scalars(select(ApiKey).where(ApiKey.tenant_id == tenant_id).order_by(ApiKey.id.desc())).all()


def revoke_key(session: Session, tenant_id: UUID, key_id: UUID) -> None:
    """Let a key in no more, from the next request on. One that was revoked before stays so.

    Raises:
        LookupError: the tenant has no such key.
    """
    row = session.scalar(select(ApiKey).where(ApiKey.tenant_id == tenant_id, ApiKey.id == key_id).with_for_update())
    if row is None:
        raise LookupError("no such key")
    if row.revoked_at is None:
        row.revoked_at = utcnow()
        session.flush()
        record_sealed(session, Act(tenant_id, "key.revoked", f"key:{row.id}", {"name": row.name}))


def recognise(text: str) -> ApiKey:
    """The key that a program shows, and note that it is used.

    Raises:
        KeyRefusedError: it is unknown, revoked or expired.
    """
    found = FORM.fullmatch(text)
    if found is None:
        raise KeyRefusedError(UNKNOWN)
    prefix, secret = found.groups()
    with transaction(SERVICE) as session:
        row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
        if not hmac.compare_digest(row.digest if row else NOTHING, _digest(secret)) or row is None:
            raise KeyRefusedError(UNKNOWN)
        now = utcnow()
        if row.revoked_at:
            raise KeyRefusedError(REVOKED)
        if row.expires_at and row.expires_at <= now:
            raise KeyRefusedError(EXPIRED)
        if row.last_used_at is None or row.last_used_at <= now - NOTED_EVERY:
            row.last_used_at = now
        return row


def _digest(secret: str) -> bytes:
    """32 random bytes need no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()
