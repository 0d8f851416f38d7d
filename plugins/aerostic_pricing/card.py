"""The rate card: what a message costs by market, category and date, from two CSV files. A first one ships beside this file."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
FOLDER = Path(__file__).parent
RATES, MARKETS = "rates.csv", "markets.csv"
CATEGORIES = ("marketing", "utility", "authentication", "service")
OTHER = "Other"
MICROS = 1_000_000
CURRENCY = "USD"


class RateCardError(Exception):
    """A rate card that cannot be used; the message names the file, the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A list rate in micro-credits, from a day on."""

    effective: date
    micros: int


@dataclass(frozen=True, slots=True)
class RateCard:
    """Rates by market and category, and markets by country, each the newest first."""

    currency: str
    rates: Mapping[tuple[str, str], tuple[Rate, ...]]
    markets: Mapping[str, tuple[tuple[date, str], ...]]

    def names(self) -> set[str]:
        """All markets."""
        return {market for market, _ in self.rates}

    def market(self, country: str, day: date) -> str:
        """The market a country belongs to on a day; `Other` where the card does not know it."""
        return next((market for effective, market in self.markets.get(country, ()) if effective <= day), OTHER)

    def rate(self, market: str, category: str, day: date) -> Rate | None:
        """The rate in force on a day; None where the card has none."""
        return next((rate for rate in self.rates.get((market, category), ()) if rate.effective <= day), None)


def shipped() -> tuple[str, str]:
    """The two files that ship: rates and markets."""
    rates, markets = ((FOLDER / name).read_text(encoding="utf-8") for name in (RATES, MARKETS))
    return rates, markets


def load_card() -> RateCard:
    """The card that ships."""
    return read_card(*shipped())


def read_card(rates_csv: str, markets_csv: str) -> RateCard:
    """Read a card: rates in US dollars, and the market of each country.

    Args:
        rates_csv: lines of market, category, effective, usd, source.
        markets_csv: lines of country, effective, market.

    Raises:
        RateCardError: a line is malformed or given twice, or a country names a market without rates.
    """
    rates: dict[tuple[str, str], dict[date, Rate]] = {}
    for place, line in _lines(RATES, rates_csv, ("market", "category", "effective", "usd", "source")):
        if line["category"] not in CATEGORIES:
            raise RateCardError(f"{place}: the category is one of {', '.join(CATEGORIES)}.")
        rate = Rate(_day(place, line), _micros(place, line["usd"]))
        _add(rates.setdefault((line["market"], line["category"]), {}), rate.effective, rate, place)
    markets: dict[str, dict[date, str]] = {}
    for place, line in _lines(MARKETS, markets_csv, ("country", "effective", "market")):
        if (line["market"], "marketing") not in rates:
            raise RateCardError(f"{place}: rates.csv has no rates for the market {line['market']!r}.")
        _add(markets.setdefault(line["country"], {}), _day(place, line), line["market"], place)
    return RateCard(
        currency=CURRENCY,
        rates={key: tuple(rate for _, rate in _newest_first(dated)) for key, dated in rates.items()},
        markets={country: _newest_first(dated) for country, dated in markets.items()},
    )


def check_whole(card: RateCard, day: date) -> None:
    """Whether a card has a price for everything that can be sent on a day.

    Raises:
        RateCardError: a market has no rate for a category, or there is no market for countries that are not listed.
    """
    for market in sorted(card.names() | {OTHER}):
        for category in CATEGORIES:
            if card.rate(market, category, day) is None:
                raise RateCardError(
                    f"{RATES}: there is no rate for {market!r}, {category}, on {day}. Add a line for it."
                )


def _lines(name: str, text: str, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines(keepends=True), strict=True)
    try:
        if tuple(reader.fieldnames or ()) != columns:
            raise RateCardError(f"{name}, line 1: the columns are {', '.join(columns)}.")
        for line in reader:
            place = f"{name}, line {reader.line_num}"
            if None in line or not all(line.values()):
                raise RateCardError(f"{place}: there is one value for each of {', '.join(columns)}.")
            yield place, line
    except csv.Error as error:
        raise RateCardError(f"{name}, line {reader.line_num}: {error}. Save it as CSV again.") from error


def _day(place: str, line: dict[str, str]) -> date:
    try:
        return date.fromisoformat(line["effective"])
    except ValueError:
        raise RateCardError(f"{place}: {line['effective']!r} is no date: write 2026-10-01.") from None


def _micros(place: str, amount: str) -> int:
    try:
        micros = Decimal(amount) * MICROS
    except InvalidOperation:
        micros = Decimal(-1)
    if not (micros.is_finite() and micros >= 0 and micros == int(micros)):
        raise RateCardError(
            f"{place}: {amount!r} is no amount: write 0.0625, with up to six decimals. 'n/a' is not zero."
        )
    return int(micros)


def _add(dated: dict[date, T], day: date, value: T, place: str) -> None:
    if day in dated:
        raise RateCardError(f"{place}: this is given for {day} before.")
    dated[day] = value


def _newest_first(dated: dict[date, T]) -> tuple[tuple[date, T], ...]:
    return tuple(sorted(dated.items(), key=lambda item: item[0], reverse=True))
