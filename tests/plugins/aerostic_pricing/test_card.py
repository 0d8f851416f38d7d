"""The rate card's files: what ships is whole, and a bad line is refused with its place."""

from pathlib import Path

import pytest
from aerostic_pricing.card import CATEGORIES, RateCardError, load_card

RATES = "market,category,effective,usd,source\nOther,marketing,2026-01-01,0.06,card\n"
MARKETS = "country,effective,market\nDE,2026-01-01,Other\n"


def load(folder: Path, rates: str = RATES, markets: str = MARKETS) -> None:
    (folder / "rates.csv").write_text(rates)
    (folder / "markets.csv").write_text(markets)
    load_card(folder)


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
def test_a_bad_rate_is_refused_with_its_place(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(RateCardError, match=problem.replace(".", r"\.")):
        load(tmp_path, rates=RATES + line + "\n")


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RateCardError, match=r"rates\.csv, line 1: the columns are market, category"):
        load(tmp_path, rates="a,b\n1,2\n")


def test_a_country_in_a_market_without_rates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RateCardError, match=r"markets\.csv, line 3: rates\.csv has no rates for the market 'Atlantis'"):
        load(tmp_path, markets=MARKETS + "AT,2026-01-01,Atlantis\n")
