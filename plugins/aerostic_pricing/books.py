"""Price books: what is asked above the rate card, of everybody, of a reseller, of a reseller's workspaces, and of one.

In each book the most special rule for market and category changes the price that came from above; where none fits, it passes
through. How books follow one another is in `chain.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from itertools import groupby
from typing import Protocol

from aerostic.sdk import N_

from .card import CURRENCY

ANY = "*"
LEVELS = ("platform", "reseller", "clients", "tenant")


class BookError(ValueError):
    """Prices that cannot be taken, or do not lead to one; the message says what to do.

    Args:
        text: the message, in the catalogue of translations, with places for `words`.
    """

    def __init__(self, text: str, **words: object) -> None:
        super().__init__(text % words)
        self.text, self.words = text, words


class Volume(Protocol):
    """How much of a month was used when a price is asked for."""

    def sent(self, level: str, market: str, category: str) -> int:
        """Messages of a market and category so far: of the workspace, or of all of the reseller's at its level."""

    def covers(self, category: str, free: int) -> bool:
        """Whether what is priced is within so many free messages of the sending number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a price is asked for."""

    market: str
    category: str
    volume: Volume


@dataclass(frozen=True, slots=True)
class Price:
    """A price on its way down, in micro-credits, and the steps that made it; `ruled` once a book had a rule for it."""

    amount: int
    currency: str
    trail: tuple[str, ...] = ()
    ruled: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """What to ask in a market for a category; `*` stands for any.

    Args:
        amount: the price itself, in micro-credits; None where it is a margin on the price from above.
        percent: of the margin, in per cent.
        fixed: added after it, in micro-credits; what is free from above stays free.
        floor: the least that is asked where something is, in micro-credits.
        above: it holds from the message on that follows so many of the month.
    """

    market: str
    category: str
    amount: int | None = None
    percent: Decimal = Decimal(0)
    fixed: int = 0
    floor: int = 0
    above: int = 0

    @property
    def place(self) -> tuple[str, str]:
        """Market and category."""
        return self.market, self.category

    def apply(self, above: int) -> int:
        """The price, in micro-credits; a margin is rounded up."""
        if self.amount is not None:
            return self.amount
        if not above:
            return 0
        return max(_up(above * (100 + self.percent) / Decimal(100)) + self.fixed, self.floor)

    def how(self) -> str:
        """What it does, in figures."""
        if self.amount is not None:
            return f"= {self.amount}"
        least = f", at least {self.floor}" if self.floor else ""
        return f"+ {self.percent.normalize():f}% + {self.fixed}{least}"

    def __str__(self) -> str:
        return f"{self.market}/{self.category}" + (f" above {self.above}" if self.above else "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one version of a book says.

    Args:
        free: messages of a category that a number has free each month.
        currency: of its amounts, and of the prices that leave it.
        exchange: so many units of it for one of the rate card's; None where nothing is converted.
    """

    rules: tuple[Rule, ...]
    free: Mapping[str, int] = field(default_factory=dict)
    currency: str = CURRENCY
    exchange: Decimal | None = None


class Book:
    """One version of the book of one level: its number among the owner's, and what it says."""

    def __init__(self, level: str, number: int, sheet: Sheet) -> None:
        self.level, self.number, self.sheet = level, number, sheet
        by_place = groupby(sorted(sheet.rules, key=lambda rule: (rule.place, -rule.above)), lambda rule: rule.place)
        self._rules = {place: tuple(rules) for place, rules in by_place}

    @classmethod
    def of(cls, level: str, number: int, rules: Iterable[Rule]) -> "Book":
        """A book of these rules."""
        return cls(level, number, Sheet(tuple(rules)))

    def rule(self, asked: Asked) -> Rule | None:
        """The most special rule: both, then the market's, then the category's, then that for everything; of tiers, the highest
        that the month has reached."""
        market, category = asked.market, asked.category
        places = ((market, category), (market, ANY), (ANY, category), (ANY, ANY))
        return next(
            (rule for place in places for rule in self._rules.get(place, ()) if self._reached(rule, asked)), None
        )

    def apply(self, price: Price, asked: Asked) -> Price:
        """The price that leaves this book, where one from above comes in.

        Raises:
            BookError: it would have to be converted, and there is no exchange rate for that.
        """
        amount, how = self.converted(price.amount, price.currency), ""
        if price.currency != self.sheet.currency:
            how = f"at {self.sheet.exchange} {self.sheet.currency}, "
        free = self.sheet.free.get(asked.category, 0)
        if free and asked.volume.covers(asked.category, free):
            return self._left(price, 0, f", {ANY}/{asked.category}: {how}free, as {free} are each month")
        if rule := self.rule(asked):
            return self._left(price, rule.apply(amount), f", {rule}: {how}{rule.how()}")
        return replace(self._left(price, amount, f": {how.removesuffix(', ')}"), ruled=price.ruled) if how else price

    def converted(self, amount: int, currency: str) -> int:
        """An amount in this book's currency, rounded up. What is free is so in every currency.

        Raises:
            BookError: there is no exchange rate for it.
        """
        own, exchange = self.sheet.currency, self.sheet.exchange
        if currency == own or not amount:
            return amount
        if exchange is None or currency != CURRENCY:
            advice = N_(
                "Version %(number)s of the %(level)s book is in %(own)s, and prices reach it in %(currency)s. Put a version"
                " with an exchange rate in force, or one in %(currency)s."
            )
            raise BookError(advice, number=self.number, level=self.level, own=own, currency=currency)
        return _up(amount * exchange)

    def _reached(self, rule: Rule, asked: Asked) -> bool:
        return not rule.above or asked.volume.sent(self.level, asked.market, asked.category) >= rule.above

    def _left(self, price: Price, amount: int, step: str) -> Price:
        return Price(amount, self.sheet.currency, (*price.trail, f"{self.level} book {self.number}{step}"), ruled=True)


def _up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))
