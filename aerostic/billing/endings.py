"""The ends of charges and holds that no status brings: cancelled, silent, and given back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.billing.contract import BillingRule, Outcome, Settlement
from aerostic.billing.settlement import Settled, apply, settle
from aerostic.db import Event, emit
from aerostic.ledger import Closed, close

SILENT = text(
    "SELECT id FROM charge WHERE tenant_id = :tenant_id AND state = 'held' AND created_at < :older_than"
    " ORDER BY created_at LIMIT :limit"
)
SILENT_TENANTS = text("SELECT DISTINCT tenant_id FROM charge WHERE state = 'held' AND created_at < :older_than")
REFUNDED = text(
    "SELECT CAST(coalesce(sum(amount), 0) AS bigint) FROM charge WHERE hold_id = :hold_id AND state = 'refunded'"
)


def cancel(session: Session, tenant_id: UUID, charge_ids: Sequence[UUID]) -> list[Settled]:
    """Give back the money of what will not be sent. Charges that are settled already stay as they are."""

    def decide(charge: Any) -> tuple[Settlement | None, str]:
        return (Settlement.RELEASE if charge.state == "held" else None), "cancelled"

    return apply(session, tenant_id, charge_ids, decide)


def silent_tenants(session: Session, older_than: datetime) -> list[UUID]:
    """The tenants with charges that have been open since before `older_than`."""
    return list(session.scalars(SILENT_TENANTS, {"older_than": older_than}))


def release_silent(
    session: Session, tenant_id: UUID, rules: Sequence[BillingRule], older_than: datetime, limit: int = 1_000
) -> list[Settled]:
    """Settle, as `silent`, a tenant's charges that have been open since before `older_than`: the oldest `limit` of them.

    Raises:
        RuleError: see `settle`.
    """
    found = session.scalars(SILENT, {"tenant_id": tenant_id, "older_than": older_than, "limit": limit})
    return settle(session, tenant_id, rules, [(charge_id, Outcome("silent")) for charge_id in found])


def close_hold(session: Session, tenant_id: UUID, hold_id: UUID) -> Closed | None:
    """Give back what is left of a hold once all its charges are settled, and announce `hold.closed` the first time.

    Returns:
        What was spent and given back in all; None where charges are still open: call again after the next settlement.

    Raises:
        aerostic.ledger.InvalidTransferError: there is no such hold in this scope.
    """
    closed = close(session, hold_id)
    if closed and not closed.before:
        refunded = int(session.execute(REFUNDED, {"hold_id": hold_id}).scalar_one())
        data = {
            "hold_id": str(hold_id),
            "captured": closed.captured,
            "refunded": refunded,
            "released": closed.released - refunded,
        }
        emit(session, Event("hold.closed", tenant_id, str(hold_id), data))
    return closed
