"""The billing rule: the card's rate, down the chain of price books."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from aerostic.sdk import Chargeable, ChargeInfo, NoPriceError, Outcome, Quote, Settlement

from .books import ANY, Asked, Book, BookError, Price, Rule
from .card import RateCard
from .chain import Chain
from .settings import PricingSettings
from .store import chain_of
from .volume import Month


def present() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class CardRule:
    """Quotes from the rates and books in force at the moment.

    Args:
        chain: a tenant's price books at a moment.
    """

    card: RateCard
    settings: PricingSettings
    now: Callable[[], datetime] = present
    chain: Callable[[UUID, datetime], Chain] = chain_of
    name: str = "pricing.card"

    def quote(self, chargeable: Chargeable) -> Quote | None:
        """The rate, changed by each book of the chain.

        Raises:
            NoPriceError: books are in other currencies than the wallet, and cannot be converted.
        """
        now = self.now()
        market = self.card.market(chargeable.market, now.date())
        rate = self.rate(market, chargeable.category, now)
        if rate is None:
            return None
        books = self.chain(chargeable.tenant_id, now)
        month = Month(
            self.card, now.date(), chargeable.tenant_id, books.reseller_id, chargeable.number_id, chargeable.count
        )
        try:
            price, share = books.price(rate, Asked(market, chargeable.category, month), self.margin())
        except BookError as error:
            raise NoPriceError(chargeable.category, chargeable.market, str(error)) from error
        return Quote(price.amount, price.currency, "; ".join(price.trail), share)

    def rate(self, market: str, category: str, now: datetime) -> Price | None:
        """The card's rate at a moment; None where it has none."""
        rate = self.card.rate(market, category, now.date())
        if rate is None:
            return None
        step = f"{self.name} {rate.effective} {market}, {category}: {rate.micros}"
        return Price(rate.micros, self.card.currency, (step,))

    def on_outcome(self, charge: ChargeInfo, outcome: Outcome) -> Settlement | None:
        """What becomes of the money is for others to say."""
        return None

    def margin(self) -> Book:
        """The operator's margin, as a book: it holds where no book of the platform has a rule."""
        rule = Rule(ANY, ANY, None, self.settings.margin_percent, self.settings.fixed_micros)
        return Book.of("operator", 0, [rule] if rule.percent or rule.fixed else [])
