"""The reseller's share of what its tenants pay: a settlement moves, with the charges, one net sum from revenue to margin."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing.moves import Move
from aerostic.ledger import Transfer, margin, revenue
from aerostic.tenancy.models import Tenant


def share_transfers(
    session: Session, tenant_id: UUID, moving: Iterable[tuple[Any, Move]], key: str
) -> Iterator[Transfer]:
    """What the reseller earns by charges that move, less what it earned by those whose money goes back, by currency.

    Args:
        moving: charges with their movements.
        key: names the settlement.
    """
    net: Counter[str] = Counter()
    for charge, move in moving:
        net[charge.currency] += charge.share * move.captured
    earned = [(currency, amount) for currency, amount in sorted(net.items()) if amount]
    if not earned:
        return
    reseller_id = session.scalar(select(Tenant.reseller_id).where(Tenant.id == tenant_id))
    if reseller_id is None:
        return
    for currency, amount in earned:
        ends = revenue(session, tenant_id, currency), margin(session, tenant_id, reseller_id, currency)
        source, target = ends if amount > 0 else ends[::-1]
        yield Transfer(tenant_id, f"share:{key}:{currency}", "share", source, target, abs(amount))
