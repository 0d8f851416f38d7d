"""The reseller's share: what its tenants pay above its own price is its own, and goes back with the money."""

import pytest
from flask import Flask
from psycopg import Connection

from aerostic.billing import NewCharge, Quote, open_charges
from aerostic.db import new_id, platform_scope, tenant_scope, transaction
from aerostic.ledger import hold, verify
from tests.core.billing.money import Money
from tests.core.ledger.books import Books
from tests.support.factories import make_reseller

PRICE, SHARE = 50, 12


@pytest.fixture
def money(app: Flask) -> Money:
    books = Books.with_credit(1_000, reseller_id=make_reseller().id)
    return with_shares(books)


def with_shares(books: Books) -> Money:
    charges = tuple(new_id() for _ in range(3))
    with transaction(tenant_scope(books.tenant_id)) as session:
        hold_id = hold(session, books.tenant_id, "campaign", 3 * PRICE, "USD")
        quoted = Quote(PRICE, "USD", "tests", SHARE)
        open_charges(
            session, books.tenant_id, hold_id, [NewCharge(charge, "marketing", "US", quoted) for charge in charges]
        )
    return Money(books.tenant_id, hold_id, charges)


def test_what_is_paid_is_split_between_platform_and_reseller(money: Money) -> None:
    money.report((0, "delivered"), (1, "read"))
    assert money.balances() == {
        "outside": -1_000,
        "wallet": 1_000 - 3 * PRICE,
        "held": PRICE,
        "revenue": 2 * (PRICE - SHARE),
        "margin": 2 * SHARE,
    }


def test_a_batch_moves_one_net_share(money: Money, admin: "Connection") -> None:
    money.report((0, "delivered"))
    money.report((0, "failed"), (1, "delivered"), (2, "delivered"))
    query = "SELECT amount FROM ledger_transfer WHERE tenant_id = %s AND kind = 'share' ORDER BY id"
    assert admin.execute(query, (money.tenant_id,)).fetchall() == [(SHARE,), (SHARE,)]
    assert money.balances()["margin"] == 2 * SHARE


def test_a_share_goes_back_with_the_refund(money: Money) -> None:
    money.report((0, "delivered"))
    money.report((0, "failed"))
    assert (money.balances()["margin"], money.balances()["revenue"]) == (0, 0)
    money.report((0, "failed"))
    assert money.balances()["margin"] == 0


def test_repeats_in_any_order_earn_once(money: Money) -> None:
    for _ in range(3):
        money.report((0, "delivered"), (0, "read"))
    assert money.balances()["margin"] == SHARE
    with transaction(platform_scope("tests")) as session:
        assert verify(session).findings == ()


def test_without_a_reseller_all_of_it_is_the_platforms(app: Flask) -> None:
    money = with_shares(Books.with_credit(1_000))
    money.report((0, "delivered"))
    assert (money.balances()["revenue"], money.balances().get("margin")) == (PRICE, None)
