"""The margin simulator: what the messages of the last 30 days would bring a reseller under other prices."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from aerostic.sdk import Scope, transaction, used

from .books import Book
from .cards import card
from .chain import Chain
from .listing import Line, Listing, listed
from .store import chain_of

DAYS = 30


@dataclass(slots=True)
class Sums:
    """What messages come to, in micro-credits."""

    revenue: int = 0
    cost: int = 0

    @property
    def margin(self) -> int:
        """What is left of the revenue."""
        return self.revenue - self.cost

    def add(self, line: Line, count: int) -> None:
        """So many messages more."""
        self.revenue += line.price * count
        self.cost += (line.price - line.share) * count


@dataclass(slots=True)
class Outlook:
    """Messages of one category, or of all: how many were paid for, and what they bring at today's prices and at new ones."""

    count: int = 0
    now: Sums = field(default_factory=Sums)
    then: Sums = field(default_factory=Sums)


@dataclass(frozen=True, slots=True)
class Simulation:
    """Outlooks by category, and of all of them, in one currency."""

    currency: str
    categories: dict[str, Outlook] = field(default_factory=dict)
    whole: Outlook = field(default_factory=Outlook)

    def add(self, category: str, count: int, before: Line, after: Line) -> None:
        """So many messages of a category more."""
        for outlook in (self.categories.setdefault(category, Outlook()), self.whole):
            outlook.count += count
            outlook.now.add(before, count)
            outlook.then.add(after, count)


def simulate(scope: Scope, book: Book, now: datetime, tenant_id: UUID | None = None) -> list[Simulation]:
    """What a new version of a reseller's book would have brought, a simulation for each currency.

    Tiers and free messages are left out: every message is at the price that the month begins with.

    Args:
        scope: of the reseller.
        tenant_id: of one workspace alone, whose book it is.

    Raises:
        BookError: a workspace would have no prices.
    """
    today = now.date()
    with transaction(scope) as session:
        rows = used(
            session,
            today - timedelta(days=DAYS - 1),
            today,
            by=("tenant_id", "market", "category"),
            tenant_id=tenant_id,
        )
    markets = card()
    chains: dict[UUID, tuple[Chain, Listing, Listing]] = {}
    found: dict[str, Simulation] = {}
    for row in rows:
        if row.tenant_id is None or not row.paid_count:
            continue
        if row.tenant_id not in chains:
            chain = chain_of(row.tenant_id, now)
            chains[row.tenant_id] = chain, listed(chain, now), listed(chain.with_book(book), now)
        chain, before, after = chains[row.tenant_id]
        place = (markets.market(row.market or "", today), row.category or "")
        if place in before:
            simulation = found.setdefault(chain.currency, Simulation(chain.currency))
            simulation.add(place[1], row.paid_count, before[place], after[place])
    return [found[currency] for currency in sorted(found)]
