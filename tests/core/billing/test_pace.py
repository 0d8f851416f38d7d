"""Pace: for how many days a wallet lasts, at what was spent of late."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from aerostic.billing.pace import Pace, pace
from aerostic.billing.usage import today
from aerostic.db import tenant_scope, transaction
from tests.core.billing.money import PRICE, Money

USED = text(
    "INSERT INTO billing_usage (tenant_id, day, number_id, market, category, currency, count, amount, back)"
    " VALUES (:tenant, :day, gen_random_uuid(), 'US', 'marketing', :currency, 1, :amount, :back)"
)


def spent(money: Money, days_ago: int, amount: int, back: int = 0, currency: str = "USD") -> None:
    day = today() - timedelta(days=days_ago)
    with transaction(tenant_scope(money.tenant_id)) as session:
        session.execute(
            USED, {"tenant": money.tenant_id, "day": day, "currency": currency, "amount": amount, "back": back}
        )


def of(money: Money, balance: int) -> Pace:
    with transaction(tenant_scope(money.tenant_id)) as session:
        return pace(session, money.tenant_id, "USD", balance)


@pytest.fixture
def money(app: Flask) -> Money:
    return Money.with_charges(2)


def test_a_first_day_counts_as_one_with_what_is_held(money: Money) -> None:
    assert of(money, 10 * PRICE) == Pace(2 * PRICE, 5)


def test_what_came_back_was_not_spent(money: Money) -> None:
    money.report((0, "failed"))
    assert of(money, 10 * PRICE) == Pace(PRICE, 10)


def test_the_mean_is_over_the_days_since_the_first_of_the_last_fourteen(money: Money) -> None:
    spent(money, 6, 9_000, back=9_000 - 7 * PRICE + 2 * PRICE)
    spent(money, 40, 1_000_000)
    spent(money, 3, 1_000_000, currency="EUR")
    assert of(money, 30 * PRICE) == Pace(PRICE, 30)


def test_an_empty_wallet_lasts_no_day_and_who_spends_nothing_is_not_guessed_at(money: Money) -> None:
    assert of(money, -5) == Pace(2 * PRICE, 0)
    money.report((0, "failed"), (1, "failed"))
    assert of(money, 1_000) == Pace(0, None)
