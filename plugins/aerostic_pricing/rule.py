"""The billing rule of the rate card: list rate plus margin; delivered is paid, failed is given back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, Decimal

from aerostic.sdk import Chargeable, ChargeInfo, Outcome, Quote, Settlement

from .card import RateCard
from .settings import PricingSettings

SETTLEMENTS = {
    "delivered": Settlement.CAPTURE,
    "read": Settlement.CAPTURE,
    "failed": Settlement.REFUND,
    "cancelled": Settlement.RELEASE,
    "silent": Settlement.RELEASE,
}


def today() -> date:
    """The present day in UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class CardRule:
    """Quotes from the rates in force on the day, and settles by how far a message came."""

    card: RateCard
    settings: PricingSettings
    day: Callable[[], date] = today
    name: str = "pricing.card"

    def quote(self, chargeable: Chargeable) -> Quote | None:
        """List rate, plus the margin rounded up to a micro-credit, plus the fixed amount; what is free stays free."""
        day = self.day()
        market = self.card.market(chargeable.market, day)
        rate = self.card.rate(market, chargeable.category, day)
        if rate is None:
            return None
        percent, fixed = self.settings.margin_percent, self.settings.fixed_micros
        amount = 0
        if rate.micros:
            amount = int((rate.micros * (100 + percent) / Decimal(100)).to_integral_value(ROUND_CEILING)) + fixed
        source = f"{self.name} {rate.effective} {market}, {chargeable.category}: {rate.micros} + {percent}% + {fixed}"
        return Quote(amount, self.card.currency, source)

    def on_outcome(self, charge: ChargeInfo, outcome: Outcome) -> Settlement | None:
        """Delivered or read: paid. Failed: refunded. Cancelled, or silent for too long: released."""
        return SETTLEMENTS.get(outcome.status)
