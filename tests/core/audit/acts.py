"""Acts of a tenant, sealed, for tests."""

from uuid import UUID

from sqlalchemy import select

from aerostic.audit import Act, record
from aerostic.audit.models import AuditEntry
from aerostic.audit.sealing import seal_pending
from aerostic.db import tenant_scope, transaction
from tests.support.factories import TESTS


def act(tenant_id: UUID | None, number: int = 0) -> Act:
    """Some act."""
    return Act(tenant_id, "contact.changed", f"contact:{number}", {"name": "Ada"}, {"name": "Grace"})


def seal(tenant_id: UUID, count: int) -> None:
    """Record acts in one transaction, and seal them."""
    with transaction(tenant_scope(tenant_id)) as session:
        for number in range(count):
            record(session, act(tenant_id, number))
    assert seal_pending() == count


def chain(tenant_id: UUID | None) -> list[AuditEntry]:
    """The entries of a chain, in order."""
    own = AuditEntry.tenant_id == tenant_id
    with transaction(TESTS) as session:
        return list(session.scalars(select(AuditEntry).where(own).order_by(AuditEntry.seq)))
