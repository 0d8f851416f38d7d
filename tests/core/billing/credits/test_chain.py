"""Credits move in a chain, each act once, and never more than there is."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from aerostic.billing.credits.contract import CreditError
from aerostic.billing.credits.models import CreditRequest
from aerostic.billing.credits.wallets import set_limit, wallets
from aerostic.db import new_id, reseller_scope, tenant_scope, transaction
from aerostic.ledger import InsufficientFundsError, InvalidTransferError, KeyReusedError, hold, verify
from tests.core.billing.credits.market import ONE, Market, posted
from tests.core.ledger.test_concurrency import at_once
from tests.support.factories import TESTS, make_reseller, make_tenant


def limit(market: Market, amount: int) -> None:
    with transaction(TESTS) as session:
        set_limit(session, market.reseller_id, "USD", amount)


def test_credits_go_from_the_platform_over_the_reseller_to_the_workspace_and_back(app: Flask) -> None:
    market = Market.with_credit(100 * ONE)
    market.reseller("allocation", 60 * ONE)
    assert market.balances() == (40 * ONE, 60 * ONE)
    market.reseller("clawback", 15 * ONE)
    assert market.balances() == (55 * ONE, 45 * ONE)
    with transaction(TESTS) as session:
        assert verify(session).findings == ()


def test_the_platform_allocates_from_the_resellers_wallet(app: Flask) -> None:
    market = Market.with_credit(100 * ONE)
    market.platform("allocation", 60 * ONE)
    assert market.balances() == (40 * ONE, 60 * ONE)


def test_an_act_says_who_did_it_and_why(app: Flask) -> None:
    market = Market.with_credit(ONE)
    done = market.reseller("allocation", ONE, reason="trial", note="First month")
    with transaction(tenant_scope(market.tenant_id)) as session:
        seen = session.get_one(CreditRequest, done.id)
    assert (seen.reason, seen.note, seen.side, seen.asked_by) == ("trial", "First month", "reseller", done.asked_by)


def test_a_key_used_again_moves_nothing_and_with_another_amount_is_refused(app: Flask) -> None:
    market, key = Market.with_credit(100 * ONE), new_id()
    for _ in range(2):
        market.reseller("allocation", 10 * ONE, id=key)
    assert market.balances() == (90 * ONE, 10 * ONE)
    with pytest.raises(KeyReusedError):
        market.reseller("allocation", 11 * ONE, id=key)
    with pytest.raises(KeyReusedError):
        Market.with_credit(ONE).reseller("allocation", ONE, id=key)
    assert market.balances() == (90 * ONE, 10 * ONE)


def test_what_is_set_aside_cannot_be_taken_back(app: Flask) -> None:
    market = Market.with_credit(100 * ONE)
    market.reseller("allocation", 60 * ONE)
    with transaction(tenant_scope(market.tenant_id)) as session:
        hold(session, market.tenant_id, "campaign", 20 * ONE, "USD")
    with pytest.raises(InsufficientFundsError):
        market.reseller("clawback", 40 * ONE + 1)
    market.reseller("clawback", 40 * ONE)
    assert market.balances() == (80 * ONE, 0)


def test_a_reseller_gives_as_far_as_its_credit_limit_and_no_further(app: Flask) -> None:
    market = Market.with_credit(10 * ONE)
    limit(market, 5 * ONE)
    with pytest.raises(InsufficientFundsError):
        market.reseller("allocation", 15 * ONE + 1)
    market.reseller("allocation", 15 * ONE)
    assert market.balances() == (-5 * ONE, 15 * ONE)


def test_a_limit_that_is_used_already_cannot_be_lowered_below_that(app: Flask) -> None:
    market = Market.with_credit(0)
    limit(market, 5 * ONE)
    market.reseller("allocation", 4 * ONE)
    with pytest.raises(InsufficientFundsError):
        limit(market, 3 * ONE)
    limit(market, 4 * ONE)
    with transaction(reseller_scope(market.reseller_id)) as session:
        assert [(one.balance, one.limit, one.available) for one in wallets(session, market.reseller_id)] == [
            (-4 * ONE, 4 * ONE, 0)
        ]


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1])
def test_an_amount_that_makes_no_sense_is_refused(app: Flask, amount: int) -> None:
    market = Market.with_credit(ONE)
    with pytest.raises(InvalidTransferError, match="from 1 to"):
        market.reseller("allocation", amount)
    assert posted() == 1


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        (lambda market: market.reseller("allocation", ONE + 1), InsufficientFundsError),
        (lambda market: market.reseller("clawback", 1), InsufficientFundsError),
        (lambda market: market.reseller("allocation", ONE, currency="EUR"), InvalidTransferError),
        (lambda market: market.reseller("allocation", ONE, reason="closing"), CreditError),
        (lambda market: market.reseller("allocation", ONE, tenant_id=make_tenant().id), LookupError),
        (lambda market: market.platform("allocation", ONE, reseller_id=make_reseller().id), LookupError),
        (lambda market: market.platform("topup", ONE, reseller_id=None), LookupError),
    ],
    ids=["more than there is", "more than is free", "currency", "reason", "workspace", "reseller", "past the reseller"],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_posted(
    app: Flask, attempt: Callable[[Market], CreditRequest], error: type[Exception]
) -> None:
    market = Market.with_credit(ONE)
    with pytest.raises(error):
        attempt(market)
    assert (posted(), market.balances()) == (1, (ONE, 0))


def test_a_reseller_cannot_sell_itself_credits(app: Flask) -> None:
    market = Market.with_credit(ONE)
    with pytest.raises(ProgrammingError, match="row-level security"):
        market.reseller("sale", ONE)
    assert market.balances() == (ONE, 0)


def test_of_32_who_allocate_at_once_from_a_wallet_for_half_of_them_exactly_half_succeed(app: Flask) -> None:
    market = Market.with_credit(16 * ONE)

    def give(_: int) -> bool:
        try:
            market.reseller("allocation", ONE)
        except InsufficientFundsError:
            return False
        return True

    assert at_once(app, 32, give) == 16
    assert market.balances() == (0, 16 * ONE)
    with transaction(TESTS) as session:
        assert verify(session).findings == ()


def test_allocations_and_claw_backs_at_once_neither_deadlock_nor_lose_anything(app: Flask) -> None:
    market = Market.with_credit(100 * ONE)
    market.reseller("allocation", 50 * ONE)
    kinds = ("allocation", "clawback")
    assert at_once(app, 16, lambda place: bool(market.reseller(kinds[place % 2], ONE))) == 16
    assert market.balances() == (50 * ONE, 50 * ONE)
