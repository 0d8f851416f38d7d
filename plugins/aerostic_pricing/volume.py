"""How much of this month was used: tiers and allowances depend on it. Only asked where a book has such a rule."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from aerostic.sdk import reseller_scope, tenant_scope, transaction, used

from .card import RateCard


@dataclass(frozen=True, slots=True)
class Month:
    """A month (of UTC) up to a day, as charges count it; what was given back does not count.

    Args:
        count: how many messages are priced.
    """

    card: RateCard
    day: date
    tenant_id: UUID
    reseller_id: UUID | None
    number_id: UUID
    count: int

    def sent(self, level: str, market: str, category: str) -> int:
        """See `books.Volume`. Charges know the country; its market is that of the day."""
        of_all = level == "reseller" and self.reseller_id is not None
        scope = reseller_scope(self.reseller_id) if of_all and self.reseller_id else tenant_scope(self.tenant_id)
        whose = None if of_all else self.tenant_id
        with transaction(scope) as session:
            rows = used(session, self._first, self.day, by=("market",), tenant_id=whose, category=category)
        return sum(row.count - row.back_count for row in rows if self.card.market(row.market or "", self.day) == market)

    def covers(self, category: str, free: int) -> bool:
        """See `books.Volume`."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            (row,) = used(
                session,
                self._first,
                self.day,
                tenant_id=self.tenant_id,
                number_id=self.number_id,
                category=category,
            )
        return row.count - row.back_count + self.count <= free

    @property
    def _first(self) -> date:
        return self.day.replace(day=1)


class Listed:
    """A month in which nothing was sent, and nothing is free: for the prices of a list."""

    def sent(self, level: str, market: str, category: str) -> int:
        """Nothing."""
        return 0

    def covers(self, category: str, free: int) -> bool:
        """No."""
        return False
