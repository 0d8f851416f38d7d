"""Usage: what charges come to by day, sender, market and category, kept as they are opened and settled.

Its rows are always written last, after accounts and holds, and in the order of their keys, so that nobody waits in a circle.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select, text
from sqlalchemy.orm import Session

from aerostic.billing.models import Usage

NOBODY = UUID(int=0)
SUMS = ("count", "amount", "paid_count", "paid", "shares", "back_count", "back")
ADD = text(f"""
    INSERT INTO billing_usage AS u (tenant_id, day, number_id, market, category, currency, {", ".join(SUMS)})
    SELECT :tenant_id, n.* FROM unnest(CAST(:day AS date[]), CAST(:number_id AS uuid[]), CAST(:market AS text[]),
        CAST(:category AS text[]), CAST(:currency AS text[]), {", ".join(f"CAST(:{name} AS bigint[])" for name in SUMS)}) AS n
    ON CONFLICT (tenant_id, day, number_id, market, category, currency)
    DO UPDATE SET {", ".join(f"{name} = u.{name} + excluded.{name}" for name in SUMS)}
""")


class Place(NamedTuple):
    """Which row of a tenant something counts in."""

    day: date
    number_id: UUID
    market: str
    category: str
    currency: str


@dataclass(frozen=True, slots=True)
class Used:
    """Sums of usage, amounts in micro-credits; what a caller did not group by is None.

    Args:
        count: charges opened, `amount` their prices.
        paid_count: those that were captured, `paid` their prices, and `shares` the reseller's part of them.
        back_count: those whose money went back, `back` their prices.
    """

    count: int
    amount: int
    paid_count: int
    paid: int
    shares: int
    back_count: int
    back: int
    tenant_id: UUID | None = None
    day: date | None = None
    number_id: UUID | None = None
    market: str | None = None
    category: str | None = None
    currency: str | None = None


def place_of(charge: Any) -> Place:
    """Where a charge counts: on the day (of UTC) it was opened."""
    day = charge.created_at.astimezone(UTC).date()
    return Place(day, charge.number_id or NOBODY, charge.market, charge.category, charge.currency)


def add(session: Session, tenant_id: UUID, changes: Iterable[tuple[Place, Counter[str]]]) -> None:
    """Add to rows of a tenant: for each place, which of `SUMS` change by how much."""
    sums: dict[Place, Counter[str]] = {}
    for place, change in changes:
        sums.setdefault(place, Counter()).update(change)
    rows = sorted(sums.items())
    if not rows:
        return
    values: dict[str, Any] = {name: [getattr(place, name) for place, _ in rows] for name in Place._fields}
    values |= {name: [change[name] for _, change in rows] for name in SUMS}
    session.execute(ADD, values | {"tenant_id": tenant_id})


def used(
    session: Session,
    since: date,
    until: date,
    by: Sequence[str] = (),
    tenant_id: UUID | None = None,
    number_id: UUID | None = None,
    category: str | None = None,
) -> list[Used]:
    """What was used from one day to another, both included, within the session's scope: a row for each group, in order.

    Args:
        by: what to group by, of `tenant_id`, `day`, `number_id`, `market`, `category`, `currency`.
        tenant_id: of this workspace alone; so `number_id` and `category`.
    """
    only = {"tenant_id": tenant_id, "number_id": number_id, "category": category}
    groups = [getattr(Usage, name) for name in by]
    sums = [cast(func.coalesce(func.sum(getattr(Usage, name)), 0), BigInteger).label(name) for name in SUMS]
    chosen = select(*groups, *sums).where(Usage.day.between(since, until)).group_by(*groups).order_by(*groups)
    for name, value in only.items():
        if value is not None:
            chosen = chosen.where(getattr(Usage, name) == value)
    return [Used(**row._mapping) for row in session.execute(chosen)]


def today() -> date:
    """The day that is counted on now."""
    return datetime.now(UTC).date()
