"""Rules of a price book from a CSV file: market, category, price, percent, fixed, floor.

`*` stands for any market or category. A line has either a price, or a margin (percent, fixed, or both) on the price from
above; amounts are in units of the currency, with up to six decimals.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from .books import ANY, BookError, Rule
from .card import CATEGORIES, MICROS, RateCard

COLUMNS = ("market", "category", "price", "percent", "fixed", "floor")
MOST_PERCENT = 1_000


def read_rules(path: Path, card: RateCard) -> list[Rule]:
    """The rules of a file.

    Raises:
        BookError: names the line, and what to write there.
    """
    rules: dict[tuple[str, str], Rule] = {}
    for place, line in _lines(path):
        rule = _rule(place, line, card)
        if (rule.market, rule.category) in rules:
            raise BookError(f"{place}: there is a rule for {rule.market}/{rule.category} before. Keep one of them.")
        rules[rule.market, rule.category] = rule
    return list(rules.values())


def _lines(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BookError(f"{path.name}, line 1: the columns are {', '.join(COLUMNS)}.")
        for line in reader:
            yield (
                f"{path.name}, line {reader.line_num}",
                {name: (value or "").strip() for name, value in line.items() if name},
            )


def _rule(place: str, line: dict[str, str], card: RateCard) -> Rule:
    market, category = line["market"], line["category"]
    markets = {name for name, _ in card.rates}
    if market not in markets | {ANY}:
        raise BookError(f"{place}: {market!r} is no market of the rate card. Write one of its markets, or *.")
    if category not in (*CATEGORIES, ANY):
        raise BookError(f"{place}: {category!r} is no category. Write one of {', '.join(CATEGORIES)}, or *.")
    is_margin = bool(line["percent"] or line["fixed"])
    if bool(line["price"]) == is_margin:
        raise BookError(f"{place}: give either a price, or a margin (percent, fixed).")
    if line["price"]:
        if line["floor"]:
            raise BookError(f"{place}: a floor goes with a margin, not with a price. Leave it out.")
        return Rule(market, category, _micros(place, line["price"]))
    percent = _decimal(place, line["percent"] or "0")
    if not -100 <= percent <= MOST_PERCENT:
        raise BookError(f"{place}: a margin is from -100 to {MOST_PERCENT} per cent.")
    fixed, floor = _micros(place, line["fixed"] or "0"), _micros(place, line["floor"] or "0")
    return Rule(market, category, None, percent, fixed, floor)


def _micros(place: str, written: str) -> int:
    micros = _decimal(place, written) * MICROS
    if micros < 0 or micros != int(micros):
        raise BookError(f"{place}: {written!r} is no amount: write 0.0625, with up to six decimals.")
    return int(micros)


def _decimal(place: str, written: str) -> Decimal:
    try:
        found = Decimal(written)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise BookError(f"{place}: {written!r} is no number: write 12.5.")
    return found
