"""Much credit waits for a second person, who is never the first, and then moves once."""

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.billing.credits.acts import approve, decline
from aerostic.billing.credits.contract import CreditError, Person
from aerostic.billing.credits.models import CreditRequest
from aerostic.db import new_id, reseller_scope, tenant_scope, transaction
from aerostic.ledger import InsufficientFundsError
from aerostic.tenancy.models import Reseller
from tests.core.billing.credits.market import ONE, PLATFORM, RESELLER, Market
from tests.core.ledger.test_concurrency import at_once
from tests.support.factories import TESTS

MUCH = 10_000 * ONE + 1
COLLEAGUE, CHIEF = Person(new_id(), "reseller"), Person(new_id(), "platform")


@pytest.fixture
def market(app: Flask) -> Market:
    """A reseller with plenty."""
    market = Market.with_credit(9_000 * ONE)
    for _ in range(3):
        market.platform("sale", 9_000 * ONE)
    return market


def approved(market: Market, request: CreditRequest, person: Person) -> None:
    scope = TESTS if person.side == "platform" else reseller_scope(market.reseller_id)
    with transaction(scope) as session:
        approve(session, request.id, person)


@pytest.mark.parametrize("second", [COLLEAGUE, CHIEF], ids=["a colleague", "the platform"])
def test_a_large_allocation_waits_until_a_second_person_approves_it(market: Market, second: Person) -> None:
    request = market.reseller("allocation", MUCH)
    assert (request.state, market.balances()) == ("waiting", (36_000 * ONE, 0))
    approved(market, request, second)
    assert market.balances() == (36_000 * ONE - MUCH, MUCH)


def test_a_large_sale_is_approved_by_a_second_person_of_the_platform_only(market: Market) -> None:
    request = market.platform("sale", MUCH)
    with pytest.raises(CreditError, match="One of them"):
        approved(market, request, COLLEAGUE)
    with pytest.raises(CreditError, match="Somebody else"):
        approved(market, request, PLATFORM)
    approved(market, request, CHIEF)
    assert market.balances() == (36_000 * ONE + MUCH, 0)


def test_nobody_approves_their_own(market: Market) -> None:
    request = market.reseller("allocation", MUCH)
    with pytest.raises(CreditError, match="Somebody else"):
        approved(market, request, RESELLER)
    assert market.balances() == (36_000 * ONE, 0)


def test_approving_twice_posts_once(market: Market) -> None:
    request = market.reseller("allocation", MUCH)
    for person in (COLLEAGUE, CHIEF):
        approved(market, request, person)
    assert market.balances() == (36_000 * ONE - MUCH, MUCH)


def test_many_who_approve_at_once_post_once(app: Flask, market: Market) -> None:
    request = market.reseller("allocation", MUCH)
    people = [Person(new_id(), "platform") for _ in range(16)]
    at_once(app, 16, lambda place: approved(market, request, people[place]) is None)
    assert market.balances() == (36_000 * ONE - MUCH, MUCH)


def test_what_was_declined_never_happens(market: Market) -> None:
    request = market.reseller("allocation", MUCH)
    with transaction(TESTS) as session:
        decline(session, request.id, CHIEF)
    with pytest.raises(CreditError, match="declined before"):
        approved(market, request, COLLEAGUE)
    assert market.balances() == (36_000 * ONE, 0)


def test_who_asked_may_take_it_back_and_what_was_approved_is_not_declined(market: Market) -> None:
    first, second = market.reseller("allocation", MUCH), market.reseller("allocation", MUCH)
    approved(market, second, COLLEAGUE)
    with transaction(reseller_scope(market.reseller_id)) as session:
        assert decline(session, first.id, RESELLER).state == "declined"
        with pytest.raises(CreditError, match="approved before"):
            decline(session, second.id, RESELLER)


def test_a_reseller_may_have_a_threshold_of_its_own_which_does_not_bind_the_platform(market: Market) -> None:
    with transaction(TESTS) as session:
        session.get_one(Reseller, market.reseller_id).approval_above = 5 * ONE
    assert market.reseller("allocation", 5 * ONE).state == "approved"
    assert market.reseller("allocation", 5 * ONE + 1).state == "waiting"
    assert market.platform("allocation", 5 * ONE + 1).state == "approved"


def test_a_claw_back_waits_for_nobody(market: Market) -> None:
    request = market.reseller("allocation", MUCH)
    approved(market, request, COLLEAGUE)
    assert market.reseller("clawback", MUCH).state == "approved"


def test_too_little_is_told_when_it_is_asked_for_and_again_when_it_is_approved(market: Market) -> None:
    with pytest.raises(InsufficientFundsError):
        market.reseller("allocation", 36_000 * ONE + 1)
    first, second = market.reseller("allocation", 20_000 * ONE), market.reseller("allocation", 20_000 * ONE)
    approved(market, first, COLLEAGUE)
    with pytest.raises(InsufficientFundsError):
        approved(market, second, COLLEAGUE)
    with transaction(TESTS) as session:
        assert session.get_one(CreditRequest, second.id).state == "waiting"


def test_another_reseller_and_the_workspace_hear_nothing_of_what_waits(market: Market) -> None:
    request = market.reseller("allocation", MUCH)
    other = Market.with_credit(0)
    for scope in (reseller_scope(other.reseller_id), tenant_scope(market.tenant_id)):
        with transaction(scope) as session:
            assert session.scalars(select(CreditRequest.id)).all() == []
    with pytest.raises(LookupError):
        approved(other, request, COLLEAGUE)
