"""Files of price books: what they say, and lines that cannot be taken."""

from decimal import Decimal

import pytest
from aerostic_pricing.books import ANY, BookError, Rule, Sheet
from aerostic_pricing.importing import read_sheet

from tests.plugins.aerostic_pricing.shop import HEAD, SIX, card


def read(text: str, head: str = HEAD, **values: object) -> Sheet:
    return read_sheet((head + text).encode(), card(), **values)  # type: ignore[arg-type]


def test_a_file_of_rules_tiers_and_allowances_is_read() -> None:
    found = read("Germany,marketing,0.15,,,,,\n*,*,,12.5,0.001,0.01,,\n*,*,,5,,,100000,\n*,service,,,,,,1000\n")
    rules = (
        Rule("Germany", "marketing", 150_000),
        Rule(ANY, ANY, None, Decimal("12.5"), 1_000, 10_000),
        Rule(ANY, ANY, None, Decimal(5), above=100_000),
    )
    assert found == Sheet(rules, {"service": 1_000})


def test_a_file_of_before_tiers_is_read() -> None:
    assert read("*,*,,12.5,,\n", SIX).rules == (Rule(ANY, ANY, None, Decimal("12.5")),)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Atlantis,marketing,0.1,,,", "Line 2: 'Atlantis' is no market"),
        (",marketing,0.1,,,", "Line 2: '' is no market"),
        ("Germany,spam,0.1,,,", "Line 2: 'spam' is no category"),
        ("Germany,marketing,,,,", "either a price, or a margin"),
        ("Germany,marketing,0.1,5,,", "either a price, or a margin"),
        ("Germany,marketing,-1,,,", "'-1' is no amount"),
        ("Germany,marketing,0.0000001,,,", "no amount"),
        ("Germany,marketing,ten,,,", "'ten' is no number"),
        ("Germany,marketing,NaN,,,", "'NaN' is no number"),
        ("Germany,marketing,1e999999,,,", "is no number"),
        ("Germany,marketing,1000.000001,,,", "too much for one message. Write at most 1000"),
        ("Germany,marketing,,2000,,", "from -100 to 1000"),
        ("Germany,marketing,,1.00001,,", "up to four decimals"),
        ("Germany,marketing,0.1,,,0.2", "Leave it out"),
        ("Germany,marketing,0.1,,,\nGermany,marketing,0.2,,,", "Line 3: there is a rule for Germany/marketing before"),
        ("Germany,marketing,0.1", "Line 2: there is one value for each column"),
        ("Germany,marketing,0.1,,,,more", "Line 2: there is one value for each column"),
        ("", r"has no rule\. Write at least one"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named(line: str, words: str) -> None:
    with pytest.raises(BookError, match=words):
        read(line + "\n", SIX)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("*,*,,5,,,-1,", "'-1' is no count of messages. Write 1000"),
        ("*,*,,5,,,many,", "no count"),
        ("*,*,,5,,,9999999999,", "no count"),
        ("India,service,,,,,,5", "any market"),
        ("*,*,,,,,,5", "any market"),
        ("*,service,0.1,,,,,5", "a line of their own"),
        ("*,service,,,,,,5\n*,service,,,,,,6", "Line 3: there is an allowance for service before"),
    ],
)
def test_a_tier_or_an_allowance_that_cannot_be_taken_is_named(line: str, words: str) -> None:
    with pytest.raises(BookError, match=words):
        read(line + "\n")


def test_prices_that_leave_out_a_market_are_refused() -> None:
    with pytest.raises(
        BookError, match=r"prices for marketing in some markets, and nothing for Argentina\. Add a line"
    ):
        read("Germany,marketing,0.15,,,\n", SIX)
    assert read("Germany,marketing,0.15,,,\n*,marketing,,0,,\n", SIX).rules[1] == Rule(ANY, "marketing")
    every = "".join(f"{market},marketing,0.1,,,\n" for market in sorted(card().names()))
    assert len(read(every, SIX).rules) == len(card().names())


def test_a_margin_for_one_market_leaves_the_others_as_they_are() -> None:
    assert len(read("Germany,marketing,,5,,\n", SIX).rules) == 1


def test_a_file_with_other_columns_is_refused() -> None:
    with pytest.raises(BookError, match="Line 1: the columns are market, category"):
        read("", "market,price\n")


@pytest.mark.parametrize("data", [b"\xff\xfe", SIX.encode() + b'*,"*,,5,,\n'])
def test_what_is_no_csv_is_refused(data: bytes) -> None:
    with pytest.raises(BookError, match="cannot be read"):
        read_sheet(data, card())


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(BookError, match="too large"):
        read_sheet(b"x" * 250_001, card())


@pytest.mark.parametrize(
    ("currency", "exchange", "words"),
    [
        ("euro", None, "three capital letters"),
        ("EUR", "0", "more than 0"),
        ("EUR", "NaN", "more than 0"),
        ("EUR", "-1", "more than 0"),
        ("USD", "1", "Leave the exchange rate out"),
    ],
)
def test_a_currency_that_cannot_be_is_refused(currency: str, exchange: str | None, words: str) -> None:
    with pytest.raises(BookError, match=words):
        read("*,*,,5,,\n", SIX, currency=currency, exchange=Decimal(exchange) if exchange else None)
