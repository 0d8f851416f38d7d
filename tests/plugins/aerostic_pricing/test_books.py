"""Price books: the most special rule of each level, tiers, allowances, currencies."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from aerostic_pricing.books import ANY, Asked, Book, BookError, Price, Rule, Sheet
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.aerostic_pricing.shop import TENTH, asked, rate


@dataclass(frozen=True)
class Used:
    """A month in which something was used."""

    messages: int = 0
    free: int = 0

    def sent(self, level: str, market: str, category: str) -> int:
        return self.messages

    def covers(self, category: str, free: int) -> bool:
        return self.free < free


def amounts(book: Book, *places: tuple[str, str]) -> list[int]:
    return [book.apply(rate(9), asked(*place)).amount for place in places]


def test_the_most_special_rule_of_a_book_holds() -> None:
    rules = [
        Rule("Germany", "marketing", 4),
        Rule("Germany", ANY, 3),
        Rule(ANY, "marketing", 2),
        Rule(ANY, ANY, 1),
    ]
    book = Book.of("tenant", 1, rules)
    places = [("Germany", "marketing"), ("Germany", "utility"), ("India", "marketing"), ("India", "utility")]
    assert amounts(book, *places) == [4, 3, 2, 1]


def test_what_no_rule_fits_passes_through() -> None:
    assert Book.of("tenant", 1, [Rule("Germany", ANY, 3)]).apply(rate(9), asked("India")) == rate(9)


def test_a_step_says_which_rule_of_which_version_made_the_price() -> None:
    book = Book.of("tenant", 2, [Rule("India", ANY, None, Decimal("12.5"), 0, floor=20_000)])
    step = "tenant book 2, India/*: + 12.5% + 0, at least 20000"
    assert book.apply(rate(10_000), asked()) == Price(20_000, "USD", ("card", step))


def test_what_is_free_stays_free_under_a_margin_and_not_under_a_price() -> None:
    assert (Rule(ANY, ANY, None, Decimal(50), 100, 200).apply(0), Rule(ANY, ANY, 300).apply(0)) == (0, 300)


@given(st.integers(0, 10**9), st.integers(0, 1_000))
def test_a_margin_never_asks_less_than_what_it_is_on(above: int, percent: int) -> None:
    assert Rule(ANY, ANY, None, Decimal(percent)).apply(above) >= above


@pytest.mark.parametrize(("sent", "price"), [(0, 110), (99_999, 110), (100_000, 90), (999_999, 90), (1_000_000, 80)])
def test_a_tier_holds_from_the_message_after_its_volume_on(sent: int, price: int) -> None:
    tiers = [Rule("India", "utility", 90, above=100_000), Rule("India", "utility", 80, above=1_000_000)]
    found = Book.of("platform", 1, [TENTH, *tiers]).apply(rate(100), Asked("India", "utility", Used(sent)))
    assert found.amount == price


def test_a_tier_is_named_in_the_source() -> None:
    book = Book.of("platform", 1, [Rule(ANY, ANY, 8, above=10)])
    assert book.apply(rate(9), Asked("India", "utility", Used(10))).trail[-1] == "platform book 1, */* above 10: = 8"


@pytest.mark.parametrize(("used", "price"), [(999, 0), (1_000, 500)])
def test_an_allowance_is_free_until_it_is_used_up(used: int, price: int) -> None:
    book = Book("platform", 1, Sheet((Rule(ANY, "service", 500),), {"service": 1_000}))
    assert book.apply(rate(0), Asked("India", "service", Used(free=used))).amount == price
    assert book.apply(rate(0), Asked("India", "utility", Used(free=used))) == rate(0)


def in_euro(*rules: Rule, exchange: str | None = "0.9") -> Book:
    return Book("tenant", 3, Sheet(rules, currency="EUR", exchange=Decimal(exchange) if exchange else None))


@pytest.mark.parametrize(
    ("rules", "amount", "step"),
    [
        ([TENTH], 101, ", */*: at 0.9 EUR, + 10% + 0"),
        ([Rule(ANY, ANY, 70)], 70, ", */*: at 0.9 EUR, = 70"),
        ([Rule("Brazil", ANY, 70)], 91, ": at 0.9 EUR"),
    ],
)
def test_a_book_in_another_currency_converts_what_comes_from_above(rules: list[Rule], amount: int, step: str) -> None:
    assert in_euro(*rules).apply(rate(101), asked()) == Price(amount, "EUR", ("card", f"tenant book 3{step}"))


def test_what_is_in_the_books_currency_already_is_not_converted() -> None:
    assert in_euro(TENTH).apply(Price(100, "EUR"), asked()).amount == 110


@pytest.mark.parametrize(("exchange", "currency"), [(None, "USD"), ("0.9", "GBP")])
def test_what_cannot_be_converted_has_no_price(exchange: str | None, currency: str) -> None:
    with pytest.raises(BookError, match=f"Version 3 of the tenant book is in EUR, and prices reach it in {currency}"):
        in_euro(TENTH, exchange=exchange).apply(Price(100, currency), asked())
    assert in_euro(TENTH, exchange=exchange).apply(Price(0, currency), asked()).amount == 0
