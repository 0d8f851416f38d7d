"""Erasing a tenant by destroying its keys: what they sealed can be read by nobody any more, in no copy or backup either, as
soon as the wrapped keys in those are out of use.

The keys of its audit chain stay: what was done, and that it was erased, can still be proven.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from aerostic.audit import Act, record_sealed
from aerostic.db import platform_scope, transaction, utcnow
from aerostic.keys.rotating import shown
from aerostic.security.models import DataKey
from aerostic.security.vault import keyring
from aerostic.tenancy.models import Tenant, TenantPlugin

SCOPE = platform_scope("erasing a tenant")
ERASED = ("data", "index")


class StillWorkingError(Exception):
    """The tenant is not suspended, and nobody has confirmed that it is meant."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """That a tenant was erased.

    Args:
        keys: purpose, version and id of the keys that were destroyed then.
        digest: SHA-256 over `body()`; it stands in the platform's and in the tenant's audit chain.
    """

    tenant_id: UUID
    erased_at: datetime
    keys: tuple[str, ...]

    def body(self) -> bytes:
        """What the digest is made over."""
        said = {"erased_at": self.erased_at.isoformat(), "keys": self.keys, "tenant": str(self.tenant_id)}
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)

    @property
    def digest(self) -> str:
        """Names the certificate."""
        return sha256(self.body()).hexdigest()


def erase(tenant_id: UUID, *, confirmed: bool = False) -> Certificate:
    """Destroy a tenant's data and index keys. It is suspended and its plugins are off from then on; other processes may
    read its data for a minute yet. Done again, it gives the same certificate.

    Raises:
        LookupError: there is no such tenant.
        StillWorkingError: it is not suspended, and `confirmed` is not given.
    """
    keyring().audit_key_id(tenant_id)  # a tenant that never had keys gets some, or it would be given working ones later
    with transaction(SCOPE) as session:
        tenant = session.get(Tenant, tenant_id, with_for_update=True)
        if tenant is None:
            raise LookupError(f"There is no tenant {tenant_id}.")
        if tenant.erased_at is not None:
            return _certificate(session, tenant_id, tenant.erased_at)
        if tenant.status != "suspended" and not confirmed:
            raise StillWorkingError(f"{tenant.slug} still works: suspend it first, or confirm that it is to be erased.")
        now = utcnow()
        _destroy(session, tenant, now)
        certificate = _certificate(session, tenant_id, now)
        said = {"keys": certificate.keys, "erased_at": now.isoformat(), "digest": certificate.digest}
        for chain in (None, tenant_id):
            record_sealed(session, Act(chain, "encryption.erased", f"tenant:{tenant_id}", after=said))
    keyring().forget()
    return certificate


def _destroy(session: Session, tenant: Tenant, now: datetime) -> None:
    mine = DataKey.tenant_id == tenant.id, DataKey.purpose.in_(ERASED), DataKey.wrapped.is_not(None)
    session.execute(update(DataKey).where(*mine).values(state="destroyed", wrapped=None, destroyed_at=now))
    session.execute(update(TenantPlugin).where(TenantPlugin.tenant_id == tenant.id).values(enabled=False))
    tenant.status, tenant.erased_at, tenant.version = "suspended", now, tenant.version + 1
    session.flush()


def _certificate(session: Session, tenant_id: UUID, erased_at: datetime) -> Certificate:
    mine = DataKey.tenant_id == tenant_id, DataKey.destroyed_at == erased_at
    keys = session.scalars(select(DataKey).where(*mine).order_by(DataKey.purpose, DataKey.version))
    return Certificate(tenant_id, erased_at, tuple(f"{key.purpose} {key.version} {shown(key.id)}" for key in keys))
