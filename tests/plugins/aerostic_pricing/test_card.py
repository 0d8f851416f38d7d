"""The rate card's files: what ships is whole, and a bad line is refused with its place."""

from datetime import date

import pytest
from aerostic_pricing.card import CATEGORIES, RateCard, RateCardError, check_whole, load_card, read_card

RATES = "market,category,effective,usd,source\nOther,marketing,2026-01-01,0.06,card\n"
MARKETS = "country,effective,market\nDE,2026-01-01,Other\n"


def load(rates: str = RATES, markets: str = MARKETS) -> RateCard:
    return read_card(rates, markets)


def test_the_card_that_ships_has_every_category_for_every_market() -> None:
    card = load_card()
    markets = {market for market, _ in card.rates}
    assert set(card.rates) == {(market, category) for market in markets for category in CATEGORIES}
    assert {market for dated in card.markets.values() for _, market in dated} | {"Other"} == markets


def test_no_country_is_in_a_market_before_that_market_has_rates() -> None:
    card = load_card()
    for dated in card.markets.values():
        for effective, market in dated:
            first = card.rates[market, "marketing"][-1].effective
            assert effective >= first or str(effective) == "2025-07-01"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Other,marketing,2026-02-30,0.06,card", "line 3: '2026-02-30' is no date: write 2026-10-01."),
        ("Other,marketing,2026-02-01,n/a,card", "line 3: 'n/a' is no amount"),
        ("Other,marketing,2026-02-01,-1,card", "line 3: '-1' is no amount"),
        ("Other,marketing,2026-02-01,NaN,card", "line 3: 'NaN' is no amount"),
        ("Other,marketing,2026-02-01,0.0000001,card", "line 3: '0.0000001' is no amount"),
        ("Other,marketing,2026-01-01,0.07,card", "line 3: this is given for 2026-01-01 before."),
        ("Other,voice,2026-02-01,0.06,card", "line 3: the category is one of marketing"),
        ("Other,marketing,2026-02-01,0.06", "line 3: there is one value for each"),
        ("Other,marketing,2026-02-01,0.06,card,more", "line 3: there is one value for each"),
    ],
)
def test_a_bad_rate_is_refused_with_its_place(line: str, problem: str) -> None:
    with pytest.raises(RateCardError, match=problem.replace(".", r"\.")):
        load(rates=RATES + line + "\n")


def test_a_file_with_other_columns_is_refused() -> None:
    with pytest.raises(RateCardError, match=r"rates\.csv, line 1: the columns are market, category"):
        load(rates="a,b\n1,2\n")


def test_a_country_in_a_market_without_rates_is_refused() -> None:
    with pytest.raises(RateCardError, match=r"markets\.csv, line 3: rates\.csv has no rates for the market 'Atlantis'"):
        load(markets=MARKETS + "AT,2026-01-01,Atlantis\n")


def test_a_card_without_a_rate_for_everything_on_a_day_is_not_whole() -> None:
    check_whole(load_card(), date(2026, 11, 26))
    with pytest.raises(RateCardError, match=r"no rate for 'Other', utility, on 2026-11-26\. Add a line for it\."):
        check_whole(load(), date(2026, 11, 26))
    with pytest.raises(RateCardError, match=r"no rate for 'Other', marketing, on 2025-12-31"):
        check_whole(load(), date(2025, 12, 31))


def test_a_file_with_an_open_quotation_mark_is_refused() -> None:
    with pytest.raises(RateCardError, match=r"rates\.csv, line \d: .* Save it as CSV again\."):
        load(rates=RATES + '"Other,marketing')
