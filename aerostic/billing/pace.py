"""How fast a workspace spends, and for how long its wallet lasts so."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.billing.usage import today, used

DAYS = 14


@dataclass(frozen=True, slots=True)
class Pace:
    """What is spent on a day, in micro-credits, and for how many whole days a balance lasts so; None where nothing is spent."""

    daily: int
    days: int | None


def pace(session: Session, tenant_id: UUID, currency: str, balance: int) -> Pace:
    """The mean of the last 14 days, or of those since the first message in them: what was paid, and what is held still.

    Args:
        balance: what is free in the wallet, in micro-credits.
    """
    now = today()
    rows = used(session, now - timedelta(days=DAYS - 1), now, ("day", "currency"), tenant_id=tenant_id)
    own = [row for row in rows if row.currency == currency and row.day]
    spent = sum(row.amount - row.back for row in own)
    if spent <= 0:
        return Pace(0, None)
    first = min(row.day for row in own if row.day)
    daily = spent // ((now - first).days + 1)
    return Pace(daily, max(0, balance) // daily if daily else None)
