"""The nightly job: lets go what tenants do not keep any longer, in bounded steps, each a transaction with the place it reached.

Killed anywhere, it goes on there the next night. One that fails is logged, and the other kinds and tenants follow.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from aerostic.audit import SYSTEM, Act, record
from aerostic.db import service_scope, tenant_scope, transaction, utcnow
from aerostic.jobs.queues import IMPORTS, enqueue
from aerostic.messaging.models import ContactErasure, RetentionRule
from aerostic.messaging.rights.retention.rules import Kept, kept
from aerostic.registry import Schedule
from aerostic.tenancy.models import Tenant

log = structlog.get_logger(__name__)
RUN = "aerostic.messaging.rights.retention.applying.run_retention"
NIGHTLY = 24 * 3600
MOST_STEPS = 2_000
ERASURES_KEPT = timedelta(days=30)
ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


def apply_nightly() -> None:
    """Ask for every tenant's turn."""
    with transaction(service_scope("cron")) as session:
        tenants = list(session.scalars(select(Tenant.id).order_by(Tenant.id)))
    for tenant_id in tenants:
        enqueue(RUN, str(tenant_id), name=IMPORTS)


def run_retention(tenant_id: str) -> None:
    """The job: see `apply`."""
    apply(UUID(tenant_id))


def apply(tenant_id: UUID, now: Callable[[], datetime] = utcnow) -> dict[str, int]:
    """Let go what a tenant does not keep any longer. Safe to call again at any time; of two at once one does it.

    Returns:
        How many rows of each kind went.
    """
    with transaction(tenant_scope(tenant_id)) as keeper:
        if not keeper.scalar(ALONE, {"name": f"retention:{tenant_id}"}):
            return {}
        rules = kept(keeper, tenant_id)
        _forget_erasures(tenant_id, now())
        return {one.kind.name: _apply(tenant_id, one, now()) for one in rules}


def _apply(tenant_id: UUID, one: Kept, now: datetime) -> int:
    before, gone = one.before(now), 0
    if before is None:
        return gone
    try:
        for _ in range(MOST_STEPS):
            with transaction(tenant_scope(tenant_id)) as session:
                step = one.kind.step(session, tenant_id, before, _place(session, tenant_id, one.kind.name))
                _move(session, tenant_id, one, step.place)
                if step.gone:
                    done = {"kind": one.kind.name, "rows": step.gone, "days": one.days}
                    act = Act(tenant_id, "retention.applied", f"tenant:{tenant_id}", after=done)
                    record(session, act, SYSTEM)
            gone += step.gone
            if not step.more:
                break
    except Exception as error:
        log.error("retention failed", tenant=str(tenant_id), kind=one.kind.name, error=type(error).__name__)
    return gone


def _place(session: Session, tenant_id: UUID, kind: str) -> dict[str, Any]:
    row = session.get(RetentionRule, (tenant_id, kind))
    return row.place if row else {}


def _move(session: Session, tenant_id: UUID, one: Kept, place: dict[str, Any]) -> None:
    """Only rules that a tenant has made have a place; kinds with a default need none."""
    row = session.get(RetentionRule, (tenant_id, one.kind.name))
    if row:
        row.place = place


def _forget_erasures(tenant_id: UUID, now: datetime) -> None:
    """No import goes on for a month, so nothing can bring these people back any more."""
    old = (ContactErasure.tenant_id == tenant_id, ContactErasure.erased_at < now - ERASURES_KEPT)
    with transaction(tenant_scope(tenant_id)) as session:
        session.execute(delete(ContactErasure).where(*old, ContactErasure.sought_sealed.is_(None)))


SCHEDULES = (Schedule("messaging.retention", apply_nightly, NIGHTLY),)
