"""The chain of books: what the reseller pays, what its workspace pays, and what the reseller earns."""

from decimal import Decimal

import pytest
from aerostic_pricing.books import ANY, Book, BookError, Rule, Sheet
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.aerostic_pricing.shop import NO_MARGIN, TENTH, asked, chain, rate

PLATFORM = Book.of("platform", 1, [TENTH])
RESELLER = Book.of("reseller", 4, [Rule(ANY, ANY, None, Decimal(0), 10)])
CLIENTS = Book.of("clients", 2, [Rule(ANY, ANY, None, Decimal(50))])


def test_the_share_is_what_the_workspace_pays_above_what_its_reseller_pays() -> None:
    own = Book.of("tenant", 1, [Rule("India", ANY, None, Decimal(0), 5)])
    price, share = chain([PLATFORM, RESELLER], [CLIENTS, own]).price(rate(100), asked(), NO_MARGIN)
    assert (price.amount, share) == (185, 65)
    assert [step.partition(":")[0] for step in price.trail] == [
        "card",
        "platform book 1, */*",
        "reseller book 4, */*",
        "clients book 2, */*",
        "tenant book 1, India/*",
    ]


def test_a_workspace_without_a_reseller_pays_nobody_a_share() -> None:
    own = Book.of("tenant", 1, [Rule(ANY, ANY, 500)])
    price, share = chain([PLATFORM, own]).price(rate(100), asked(), NO_MARGIN)
    assert (price.amount, share) == (500, 0)


def test_nobody_pays_less_than_the_reseller_does_and_the_source_says_so() -> None:
    dumped = Book.of("clients", 3, [Rule(ANY, ANY, 1)])
    price, share = chain([PLATFORM], [dumped]).price(rate(100), asked(), NO_MARGIN)
    assert (price.amount, share) == (110, 0)
    assert price.trail[-1] == "clients book 3, */*: = 1, raised to what the reseller pays"


def test_a_resellers_book_does_not_take_the_place_of_the_operators_margin() -> None:
    operator = Book.of("operator", 0, [Rule(ANY, ANY, None, Decimal(20))])
    books = chain([], [CLIENTS])
    price, share = books.price(rate(100), asked(), operator)
    assert (books.cost(rate(100), asked(), operator).amount, price.amount, share) == (120, 180, 60)
    assert chain([PLATFORM], [CLIENTS]).price(rate(100), asked(), operator)[1] == 55


def test_a_book_that_only_converts_leaves_the_operators_margin() -> None:
    operator = Book.of("operator", 0, [Rule(ANY, ANY, None, Decimal(20))])
    euro = Book("reseller", 1, Sheet((Rule("Brazil", ANY, 5),), currency="EUR", exchange=Decimal("0.5")))
    found = [chain([euro], []).cost(rate(100), asked(market), operator).amount for market in ("India", "Brazil")]
    assert found == [60, 5]


def test_the_share_is_in_the_currency_of_the_wallet() -> None:
    euro = Book("clients", 1, Sheet((TENTH,), currency="EUR", exchange=Decimal("0.5")))
    price, share = chain([PLATFORM], [euro], "EUR").price(rate(100), asked(), NO_MARGIN)
    assert (price.amount, price.currency, share) == (61, "EUR", 6)


def test_prices_in_another_currency_than_the_wallet_are_none() -> None:
    with pytest.raises(
        BookError, match=r"The wallet is in EUR, and prices come out in USD\. Put a book in EUR in force"
    ):
        chain([PLATFORM], currency="EUR").price(rate(100), asked(), NO_MARGIN)
    free, _ = chain([PLATFORM], currency="EUR").price(rate(0), asked(), NO_MARGIN)
    assert (free.amount, free.currency) == (0, "EUR")


RULES = st.builds(
    Rule,
    st.just(ANY),
    st.just(ANY),
    st.none() | st.integers(0, 10**6),
    st.decimals(-100, 300, places=2),
    st.integers(0, 1_000),
    st.integers(0, 1_000),
)


@given(st.integers(0, 10**6), st.lists(RULES, min_size=4, max_size=4))
def test_whatever_the_books_say_the_reseller_never_loses(amount: int, rules: list[Rule]) -> None:
    ours = [Book.of(level, 1, [rule]) for level, rule in zip(("platform", "reseller"), rules[:2], strict=True)]
    theirs = [Book.of(level, 1, [rule]) for level, rule in zip(("clients", "tenant"), rules[2:], strict=True)]
    books = chain(ours, theirs)
    price, share = books.price(rate(amount), asked(), NO_MARGIN)
    assert share >= 0
    assert price.amount - share == books.cost(rate(amount), asked(), NO_MARGIN).amount
