"""The rate card's rule: prices by market, category and day, with the operator's margin."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from aerostic_pricing.card import RateCard, load_card
from aerostic_pricing.chain import Chain
from aerostic_pricing.rule import CardRule
from aerostic_pricing.settings import PricingSettings
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aerostic.sdk import Chargeable, Quote, new_id

TENANT = new_id()
SUMMER = date(2026, 8, 15)
AUTUMN = date(2026, 10, 1)


@pytest.fixture(scope="module")
def card() -> RateCard:
    return load_card()


def price(card: RateCard, market: str, category: str, day: date, percent: str = "0", fixed: int = 0) -> Quote | None:
    settings = PricingSettings(margin_percent=Decimal(percent), fixed_micros=fixed)
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return CardRule(card, settings, lambda: moment, lambda tenant, now: Chain("USD", None)).quote(
        Chargeable(TENANT, TENANT, market, category)
    )


@pytest.mark.parametrize(
    ("market", "category", "day", "amount"),
    [
        ("MX", "marketing", SUMMER, 30_500),
        ("MX", "marketing", AUTUMN, 39_700),
        ("DE", "marketing", AUTUMN, 136_500),
        ("DE", "authentication", AUTUMN, 55_000),
        ("HK", "utility", date(2026, 6, 30), 11_300),
        ("HK", "utility", date(2026, 7, 1), 26_000),
        ("KZ", "utility", AUTUMN, 40_000),
        ("PR", "marketing", AUTUMN, 74_000),
        ("BS", "marketing", AUTUMN, 60_400),
        ("", "marketing", AUTUMN, 60_400),
        ("US", "service", AUTUMN, 0),
    ],
)
def test_the_rate_in_force_on_the_day_is_quoted(
    card: RateCard, market: str, category: str, day: date, amount: int
) -> None:
    quoted = price(card, market, category, day)
    assert quoted is not None
    assert (quoted.amount, quoted.currency) == (amount, "USD")


def test_a_quote_names_where_it_comes_from(card: RateCard) -> None:
    quoted = price(card, "MX", "marketing", AUTUMN, percent="12.5", fixed=200)
    assert quoted == Quote(
        44_863, "USD", "pricing.card 2026-10-01 Mexico, marketing: 39700; operator book 0, */*: + 12.5% + 200"
    )


def test_a_margin_is_rounded_up_to_a_whole_micro_credit(card: RateCard) -> None:
    quoted = price(card, "CO", "utility", AUTUMN, percent="0.01")
    assert quoted is not None
    assert quoted.amount == 801


def test_what_is_free_stays_free_whatever_is_added(card: RateCard) -> None:
    quoted = price(card, "US", "service", AUTUMN, percent="50", fixed=1_000)
    assert quoted is not None
    assert quoted.amount == 0


@pytest.mark.parametrize(("category", "day"), [("voice", AUTUMN), ("", AUTUMN), ("marketing", date(2024, 1, 1))])
def test_what_the_card_does_not_know_is_left_to_the_next_rule(card: RateCard, category: str, day: date) -> None:
    assert price(card, "US", category, day) is None


@given(market=st.text(max_size=3), category=st.sampled_from(["marketing", "utility", "authentication", "service"]))
def test_every_market_has_a_price(market: str, category: str) -> None:
    quoted = price(load_card(), market, category, AUTUMN)
    assert quoted is not None
    assert quoted.amount >= 0


def test_the_operator_sets_the_margin_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEROSTIC_PRICING_MARGIN_PERCENT", "7.5")
    monkeypatch.setenv("AEROSTIC_PRICING_FIXED_MICROS", "300")
    settings = PricingSettings(_env_file=None)
    assert (settings.margin_percent, settings.fixed_micros) == (Decimal("7.5"), 300)


@pytest.mark.parametrize("values", [{"margin_percent": "-1"}, {"margin_percent": "a lot"}, {"fixed_micros": -1}])
def test_a_margin_that_would_lose_money_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        PricingSettings(_env_file=None, **values)


def test_moments_are_compared_in_utc(card: RateCard) -> None:
    assert CardRule(card, PricingSettings()).now().tzinfo is UTC
