"""API keys: made and shown once, listed, changed, rotated, revoked. `key_entry` recognises them."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record_sealed
from aerostic.db import utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.security.addresses import networks
from aerostic.words import N_

LONGEST_NAME = 100
MOST_NETWORKS = 50
PREFIX_BYTES, SECRET_BYTES = 6, 32


class KeyStandsError(Exception):
    """A key as it stands now does not allow what was asked; says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds a key in.

    Args:
        allowed: IPv4 and IPv6 networks that it is good from; none for everywhere.
        per_minute: requests a minute; None for as many as any key may make.
    """

    allowed: Sequence[str] = ()
    per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made, or got a new secret. Its text is shown now and never again."""

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
    limits: Limits = Limits(),
) -> NewKey:
    """A new key of a tenant.

    Args:
        permissions: what it may do.
        granted: what the person who makes it may do: nobody gives away more than that.
        expires_at: None for a key that lasts until it is revoked.
        key_id: its id, where there is one already.

    Raises:
        ValueError: no name, or one over 100 characters; no permissions, or some that were not granted; limits that are none.
    """
    if not permissions or not set(permissions) <= set(granted):
        raise ValueError("a key has permissions, and none that its maker lacks")
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    row = ApiKey(
        tenant_id=tenant_id,
        id=key_id,
        name=_named(name),
        prefix=prefix,
        digest=digest_of(secret),
        permissions=sorted(set(permissions)),
        created_by=created_by,
        expires_at=expires_at,
        **_limiting(limits),
    )
    session.add(row)
    session.flush()
    after = {**_limits(row), "permissions": row.permissions, "expires": expires_at}
    record_sealed(session, Act(tenant_id, "key.created", f"key:{row.id}", after=after))
    return NewKey(row, _text(row, secret))


def list_keys(session: Session, tenant_id: UUID) -> Sequence[ApiKey]:
    """A tenant's keys, the newest first; revoked and expired ones too."""
    return session.scalars(select(ApiKey).where(ApiKey.tenant_id == tenant_id).order_by(ApiKey.id.desc())).all()


def change_key(session: Session, tenant_id: UUID, key_id: UUID, *, name: str, limits: Limits) -> None:
    """Give a key another name, and other limits, from its next request on.

    Raises:
        LookupError: the tenant has no such key.
        ValueError: as for a new key.
    """
    row = _taken(session, tenant_id, key_id)
    before = _limits(row)
    row.name = _named(name)
    for column, value in _limiting(limits).items():
        setattr(row, column, value)
    session.flush()
    if _limits(row) != before:
        record_sealed(session, Act(tenant_id, "key.changed", f"key:{row.id}", before, _limits(row)))


def rotate_key(session: Session, tenant_id: UUID, key_id: UUID, *, version: int, overlap: timedelta) -> NewKey:
    """A new secret for a key, which stays what it is in everything else.

    Args:
        version: of the key, as whoever asks has seen it, so that two who ask at once do not undo each other.
        overlap: how long the secret until now is good beside the new one. A secret before that is good no more.

    Raises:
        LookupError: the tenant has no such key.
        KeyStandsError: it got a new secret meanwhile, or is good no more.
    """
    row, now = _taken(session, tenant_id, key_id), utcnow()
    if row.version != version:
        raise KeyStandsError(N_("This key got a new secret meanwhile. Look who made it before you make another one."))
    if not is_good(row):
        raise KeyStandsError(N_("This key is good no more. Make a new one."))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row.old_digest, row.old_until = row.digest, now + overlap
    row.digest, row.version = digest_of(secret), version + 1
    session.flush()
    act = Act(tenant_id, "key.rotated", f"key:{row.id}", after={"name": row.name, "old_until": row.old_until})
    record_sealed(session, act)
    return NewKey(row, _text(row, secret))


def revoke_key(session: Session, tenant_id: UUID, key_id: UUID) -> None:
    """Let a key in no more, from the next request on. One that was revoked before stays so.

    Raises:
        LookupError: the tenant has no such key.
    """
    row = _taken(session, tenant_id, key_id)
    if row.revoked_at is None:
        row.revoked_at = utcnow()
        session.flush()
        record_sealed(session, Act(tenant_id, "key.revoked", f"key:{row.id}", {"name": row.name}))


def is_good(row: ApiKey) -> bool:
    """Whether a key lets programs in: it is neither revoked nor expired."""
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > utcnow())


def digest_of(secret: str) -> bytes:
    """32 random bytes need no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()


def _taken(session: Session, tenant_id: UUID, key_id: UUID) -> ApiKey:
    """A key, held until the transaction ends, as it stands now."""
    mine = select(ApiKey).where(ApiKey.tenant_id == tenant_id, ApiKey.id == key_id)
    row = session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise LookupError("no such key")
    return row


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"a key's name has 1 to {LONGEST_NAME} characters")
    return name


def _limiting(limits: Limits) -> dict[str, object]:
    allowed = networks(limits.allowed)
    if len(allowed) > MOST_NETWORKS:
        raise ValueError(f"a key has at most {MOST_NETWORKS} networks")
    if limits.per_minute is not None and limits.per_minute < 1:
        raise ValueError("a key makes at least one request a minute")
    return {"allowed": allowed, "per_minute": limits.per_minute}


def _limits(row: ApiKey) -> dict[str, object]:
    """As an act of the audit log has them."""
    return {"name": row.name, "addresses": row.allowed, "per_minute": row.per_minute}


def _text(row: ApiKey, secret: str) -> str:
    return f"ak_{row.prefix}_{secret}"
