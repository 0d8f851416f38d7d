"""The billing rule: the card's rate, down the chain of price books."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from aerostic.sdk import Chargeable, ChargeInfo, Outcome, Quote, Settlement

from .books import ANY, Book, Rule, down
from .card import RateCard
from .settings import PricingSettings
from .store import chain


def present() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class CardRule:
    """Quotes from the rates and books in force at the moment.

    Args:
        books: a tenant's chain of price books at a moment.
    """

    card: RateCard
    settings: PricingSettings
    now: Callable[[], datetime] = present
    books: Callable[[UUID, datetime], list[Book]] = chain
    name: str = "pricing.card"

    def quote(self, chargeable: Chargeable) -> Quote | None:
        """The rate, changed by each book of the chain; where no book has a rule, the operator's margin is added."""
        now = self.now()
        market = self.card.market(chargeable.market, now.date())
        rate = self.card.rate(market, chargeable.category, now.date())
        if rate is None:
            return None
        books = self.books(chargeable.tenant_id, now)
        amount, trail = down(rate.micros, books, market, chargeable.category)
        if not trail:
            amount, trail = down(rate.micros, [self._margin()], market, chargeable.category)
        start = f"{self.name} {rate.effective} {market}, {chargeable.category}: {rate.micros}"
        return Quote(amount, self.card.currency, "; ".join([start, *trail]))

    def on_outcome(self, charge: ChargeInfo, outcome: Outcome) -> Settlement | None:
        """What becomes of the money is for others to say."""
        return None

    def _margin(self) -> Book:
        rule = Rule(ANY, ANY, None, self.settings.margin_percent, self.settings.fixed_micros)
        return Book.of("operator", 0, [rule] if rule.percent or rule.fixed else [])
