"""Price books: what is asked above the rate card, of everybody, of a reseller, and of a tenant; a rule is absolute or a margin.

A price comes down a chain: the card's rate, the platform's book, the book of the tenant's reseller, the tenant's own. In each
book the most special rule for market and category changes what came from above; where none fits, it passes through.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

ANY = "*"
LEVELS = ("platform", "reseller", "tenant")


class BookError(ValueError):
    """A price book that cannot be taken; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to ask in a market for a category; `*` stands for any.

    Args:
        amount: the price itself, in micro-credits; None where it is a margin on the price from above.
        percent: of the margin, in per cent.
        fixed: added after it, in micro-credits; what is free from above stays free.
        floor: the least that is asked where something is, in micro-credits.
    """

    market: str
    category: str
    amount: int | None = None
    percent: Decimal = Decimal(0)
    fixed: int = 0
    floor: int = 0

    def apply(self, above: int) -> int:
        """The price, in micro-credits; a margin is rounded up."""
        if self.amount is not None:
            return self.amount
        if not above:
            return 0
        whole = (above * (100 + self.percent) / Decimal(100)).to_integral_value(ROUND_CEILING)
        return max(int(whole) + self.fixed, self.floor)

    def __str__(self) -> str:
        place = f"{self.market}/{self.category}"
        if self.amount is not None:
            return f"{place} = {self.amount}"
        least = f", at least {self.floor}" if self.floor else ""
        return f"{place} + {self.percent.normalize():f}% + {self.fixed}{least}"


@dataclass(frozen=True, slots=True)
class Book:
    """One version of the book of one level: its number among the owner's, and its rules by market and category."""

    level: str
    number: int
    rules: Mapping[tuple[str, str], Rule]

    @classmethod
    def of(cls, level: str, number: int, rules: Iterable[Rule]) -> "Book":
        """A book of these rules."""
        return cls(level, number, {(rule.market, rule.category): rule for rule in rules})

    def rule(self, market: str, category: str) -> Rule | None:
        """The most special rule: both, then the market's, then the category's, then that for everything."""
        places = ((market, category), (market, ANY), (ANY, category), (ANY, ANY))
        return next((self.rules[place] for place in places if place in self.rules), None)


def down(amount: int, books: Iterable[Book], market: str, category: str) -> tuple[int, list[str]]:
    """The price at the end of a chain of books, and which rule of which book made it."""
    trail = []
    for book in books:
        if rule := book.rule(market, category):
            amount = rule.apply(amount)
            trail.append(f"{book.level} book {book.number}: {rule}")
    return amount, trail
