"""Opening charges: each speaks for a part of a hold, at the price that was quoted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.billing.contract import Quote
from aerostic.billing.errors import BillingError
from aerostic.billing.usage import add, place_of
from aerostic.db import utcnow
from aerostic.ledger import assign

OPEN = text("""
WITH opened AS (
    INSERT INTO charge (id, tenant_id, hold_id, number_id, amount, share, currency, category, market, source, created_at,
        updated_at)
    SELECT n.id, :tenant_id, CAST(:hold_id AS uuid), n.number_id, n.amount, n.share, n.currency, n.category, n.market,
        n.source, :now, :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS uuid[]), CAST(:amounts AS bigint[]), CAST(:shares AS bigint[]),
        CAST(:currencies AS text[]), CAST(:categories AS text[]), CAST(:markets AS text[]), CAST(:sources AS text[]))
        AS n (id, number_id, amount, share, currency, category, market, source)
    ON CONFLICT (id) DO NOTHING RETURNING number_id, market, category, currency, amount, created_at
)
SELECT number_id, market, category, currency, created_at, count(*) AS count, CAST(sum(amount) AS bigint) AS amount
FROM opened GROUP BY 1, 2, 3, 4, 5
""")
REOPEN = text("""
WITH locked AS (
    SELECT id FROM charge WHERE tenant_id = :tenant_id AND id = ANY (CAST(:ids AS uuid[]))
        AND state IN ('refunded', 'released') ORDER BY id FOR NO KEY UPDATE
), reopened AS (
    UPDATE charge c
    SET state = 'held', hold_id = CAST(:hold_id AS uuid), reason = 'reopened', created_at = :now, updated_at = :now
    FROM locked WHERE c.id = locked.id RETURNING c.number_id, c.market, c.category, c.currency, c.amount, c.created_at
)
SELECT number_id, market, category, currency, created_at, count(*) AS count, CAST(sum(amount) AS bigint) AS amount
FROM reopened GROUP BY 1, 2, 3, 4, 5
""")


@dataclass(frozen=True, slots=True)
class NewCharge:
    """A charge to open: `id` is that of what costs, `quote` its price, with the category, market and number it was quoted for."""

    id: UUID
    category: str
    market: str
    quote: Quote
    number_id: UUID | None = None


def open_charges(session: Session, tenant_id: UUID, hold_id: UUID | None, rows: Sequence[NewCharge]) -> int:
    """Open charges on a hold, all or none, and return how many are new. Those that exist already are left as they are.

    Args:
        hold_id: where the money was set aside; None where all of it is free.

    Raises:
        BillingError: more than one currency, or a price without a hold.
        aerostic.ledger.HoldExceededError: the prices sum to more than the hold has left.
        aerostic.ledger.InvalidTransferError: the tenant has no such hold in this currency.
    """
    if not rows:
        return 0
    currencies = {row.quote.currency for row in rows}
    if len(currencies) > 1:
        raise BillingError(
            f"One hold is in one currency, not {', '.join(sorted(currencies))}. Open one batch for each."
        )
    if hold_id is None and any(row.quote.amount for row in rows):
        raise BillingError("What costs needs a hold. Place one on the wallet first.")
    values = {"tenant_id": tenant_id, "hold_id": hold_id, "now": utcnow()} | _columns(rows)
    if hold_id is None:
        return _count(session, tenant_id, session.execute(OPEN, values).all())
    with session.begin_nested():
        opened = session.execute(OPEN, values).all()
        assign(session, tenant_id, hold_id, sum(row.amount for row in opened), currencies.pop())
        return _count(session, tenant_id, opened)


def reopen_charges(session: Session, tenant_id: UUID, hold_id: UUID | None, ids: Sequence[UUID]) -> int:
    """Charge again, at the price of before, what is tried again after its money went back; returns how many those are.

    All or none. Charges whose money has not gone back stay as they are: they are paid for.

    Args:
        hold_id: another hold, for the sum of them; None where all of it is free.

    Raises:
        aerostic.ledger.HoldExceededError: the prices sum to more than the hold has left.
        aerostic.ledger.InvalidTransferError: the tenant has no such hold in their currency.
    """
    values = {"tenant_id": tenant_id, "hold_id": hold_id, "ids": list(ids), "now": utcnow()}
    with session.begin_nested():
        rows = session.execute(REOPEN, values).all()
        if hold_id is not None:
            for currency in sorted({row.currency for row in rows}):
                amount = sum(row.amount for row in rows if row.currency == currency)
                assign(session, tenant_id, hold_id, amount, currency)
        return _count(session, tenant_id, rows)


def _count(session: Session, tenant_id: UUID, rows: Sequence[Any]) -> int:
    add(session, tenant_id, [(place_of(row), Counter(count=row.count, amount=row.amount)) for row in rows])
    return sum(row.count for row in rows)


def _columns(rows: Sequence[NewCharge]) -> dict[str, object]:
    return {
        "ids": [row.id for row in rows],
        "numbers": [row.number_id for row in rows],
        "amounts": [row.quote.amount for row in rows],
        "shares": [row.quote.share for row in rows],
        "currencies": [row.quote.currency for row in rows],
        "categories": [row.category for row in rows],
        "markets": [row.market for row in rows],
        "sources": [row.quote.source for row in rows],
    }
