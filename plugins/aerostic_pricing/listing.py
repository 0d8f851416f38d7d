"""Lists of prices: what every market and category costs under some books, and what a new version would change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from .books import Asked
from .card import CATEGORIES
from .cards import card_rule
from .chain import Chain
from .volume import Listed


@dataclass(frozen=True, slots=True)
class Line:
    """What one message costs, in micro-credits: the card's rate, what the platform asks, and what comes out in the end.

    `share` is the reseller's part of `price`.
    """

    rate: int
    cost: int
    cost_currency: str
    price: int
    currency: str
    share: int


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the price of a market and category."""

    market: str
    category: str
    before: Line
    after: Line


Listing = Mapping[tuple[str, str], Line]


def listed(chain: Chain, now: datetime) -> Listing:
    """The prices of all markets and categories that have a rate, by both; before any tier, and with nothing free.

    Raises:
        BookError: there are none, as currencies cannot be converted.
    """
    return dict(_lines(chain, now))


def changes(before: Listing, after: Listing) -> list[Change]:
    """Where prices differ."""
    return [Change(*place, line, after[place]) for place, line in before.items() if line != after[place]]


def _lines(chain: Chain, now: datetime) -> Iterator[tuple[tuple[str, str], Line]]:
    rule, volume = card_rule(), Listed()
    margin = rule.margin()
    for market in sorted(rule.card.names()):
        for category in CATEGORIES:
            rate = rule.rate(market, category, now)
            if rate is None:
                continue
            asked = Asked(market, category, volume)
            cost = chain.cost(rate, asked, margin)
            price, share = chain.price(rate, asked, margin)
            yield (market, category), Line(rate.amount, cost.amount, cost.currency, price.amount, price.currency, share)
