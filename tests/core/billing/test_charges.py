"""Quotes, opening charges on a hold, and what ends them without a status."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from psycopg import Connection

from aerostic.billing import (
    BillingError,
    Chargeable,
    NewCharge,
    NoPriceError,
    Quote,
    RuleError,
    cancel,
    close_hold,
    open_charges,
    quote,
    release_silent,
    reopen_charges,
    silent_tenants,
)
from aerostic.billing.contract import rule_name
from aerostic.db import new_id, service_scope, tenant_scope, transaction, utcnow
from aerostic.ledger import Closed, HoldExceededError, InvalidTransferError, hold, verify
from tests.core.billing.money import PRICE, RULES, Money, PlainRule

ASKED = Chargeable(new_id(), new_id(), "US", "marketing")


class Silent(PlainRule):
    """Has no price."""

    def quote(self, chargeable: Chargeable) -> Quote | None:
        return None


@pytest.fixture
def money(app: Flask) -> Money:
    return Money.with_charges(3, spare=100)


def new_charge(amount: int = PRICE, currency: str = "USD") -> NewCharge:
    return NewCharge(new_id(), "marketing", "US", Quote(amount, currency, "tests"))


def test_the_first_rule_that_answers_wins() -> None:
    class Dear(PlainRule):
        def quote(self, chargeable: Chargeable) -> Quote | None:
            return Quote(1_000, "USD", "dear")

    assert quote([Silent(), PlainRule(), Dear()], ASKED).amount == PRICE


def test_without_an_answer_the_error_says_what_to_do() -> None:
    with pytest.raises(NoPriceError, match=r"'marketing' in market 'US'\. Switch on a plugin that brings prices"):
        quote([Silent()], ASKED)


def test_a_rule_that_says_why_there_is_no_price_is_heard_and_no_other_is_asked() -> None:
    class Refusing(PlainRule):
        def quote(self, chargeable: Chargeable) -> Quote | None:
            raise NoPriceError(chargeable.category, chargeable.market, "Put a book in force.")

    with pytest.raises(NoPriceError, match=r"'marketing' in market 'US'\. Put a book in force\."):
        quote([Refusing(), PlainRule()], ASKED)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("card US: 5; reseller book 1, */*: + 7; tenant book 2, US/*: = 9", "tenant book 2, US/*"),
        ("card US: 5", "card US"),
        ("loyalty -10%: card US: 5", "loyalty -10%"),
        ("a book", "a book"),
        ("", ""),
    ],
)
def test_a_source_is_named_by_its_last_step_without_its_figures(source: str, name: str) -> None:
    assert rule_name(source) == name


@pytest.mark.parametrize("answer", [7, Quote(-1, "USD", ""), Quote(1.5, "USD", "")])  # type: ignore[arg-type]
def test_an_answer_that_is_no_price_refuses(answer: object) -> None:
    class Odd(PlainRule):
        def quote(self, chargeable: Chargeable) -> Quote | None:
            return answer  # type: ignore[return-value]

    with pytest.raises(RuleError, match=r"'tests.plain' of tests answered with something that is no price"):
        quote([Odd()], ASKED)


@pytest.mark.parametrize("share", [-1, PRICE + 1, 1.5])
def test_a_share_that_is_no_part_of_the_price_refuses(share: int) -> None:
    class Greedy(PlainRule):
        def quote(self, chargeable: Chargeable) -> Quote | None:
            return Quote(PRICE, "USD", "", share)

    with pytest.raises(RuleError, match="a reseller's share that is no part of the price"):
        quote([Greedy()], ASKED)


def test_a_rule_that_raises_refuses_and_is_named() -> None:
    class Broken(PlainRule):
        def quote(self, chargeable: Chargeable) -> Quote | None:
            raise KeyError("somebody's number")

    with pytest.raises(RuleError) as caught:
        quote([Broken()], ASKED)
    assert str(caught.value) == (
        "The billing rule 'tests.plain' of tests failed to quote (KeyError). Nothing was charged:"
        " switch the plugin off, or have it mended."
    )


def test_charges_are_opened_once(money: Money) -> None:
    row = new_charge()
    with transaction(tenant_scope(money.tenant_id)) as session:
        assert open_charges(session, money.tenant_id, money.hold_id, [row]) == 1
        assert open_charges(session, money.tenant_id, money.hold_id, [row]) == 0
    assert money.states() == ["held"] * 4


def test_charges_beyond_their_hold_are_refused_all_of_them(money: Money) -> None:
    rows = [new_charge(50), new_charge(51)]
    with transaction(tenant_scope(money.tenant_id)) as session:
        with pytest.raises(HoldExceededError, match="Place another hold"):
            open_charges(session, money.tenant_id, money.hold_id, rows)
        assert open_charges(session, money.tenant_id, money.hold_id, [new_charge(50), new_charge(50)]) == 2
    assert money.states() == ["held"] * 5


def test_a_price_in_another_currency_than_the_hold_is_refused(money: Money) -> None:
    with transaction(tenant_scope(money.tenant_id)) as session:
        with pytest.raises(InvalidTransferError, match="no such hold in this currency"):
            open_charges(session, money.tenant_id, money.hold_id, [new_charge(1, "EUR")])
        with pytest.raises(BillingError, match="not EUR, USD"):
            open_charges(session, money.tenant_id, money.hold_id, [new_charge(1, "EUR"), new_charge(1)])


def test_what_costs_needs_a_hold_and_what_is_free_does_not(money: Money) -> None:
    with transaction(tenant_scope(money.tenant_id)) as session:
        with pytest.raises(BillingError, match="needs a hold"):
            open_charges(session, money.tenant_id, None, [new_charge(0), new_charge(1)])
        assert open_charges(session, money.tenant_id, None, [new_charge(0)]) == 1


def test_another_tenants_hold_cannot_be_charged(money: Money) -> None:
    other = Money.with_charges(1, spare=100)
    with transaction(tenant_scope(money.tenant_id)) as session, pytest.raises(InvalidTransferError):
        open_charges(session, money.tenant_id, other.hold_id, [new_charge()])


def test_cancelling_gives_back_what_is_held_and_leaves_what_is_settled(money: Money) -> None:
    money.report((0, "delivered"))
    with transaction(tenant_scope(money.tenant_id)) as session:
        assert [one.reason for one in cancel(session, money.tenant_id, money.charges)] == ["cancelled", "cancelled"]
        assert cancel(session, money.tenant_id, money.charges) == []
    assert money.states() == ["captured", "released", "released"]


def test_a_cancelled_message_that_arrives_after_all_is_paid(money: Money) -> None:
    with transaction(tenant_scope(money.tenant_id)) as session:
        cancel(session, money.tenant_id, money.charges[:1])
    money.report((0, "delivered"))
    assert money.states() == ["captured", "held", "held"]
    assert money.balances()["revenue"] == PRICE


def test_silence_releases_only_what_is_old_enough(money: Money) -> None:
    other = Money.with_charges(1)
    money.report((0, "delivered"))
    with transaction(service_scope("cron")) as session:
        assert silent_tenants(session, utcnow() - timedelta(days=30)) == []
        assert set(silent_tenants(session, utcnow())) == {money.tenant_id, other.tenant_id}
        released = release_silent(session, money.tenant_id, RULES, utcnow())
    assert [(one.after, one.reason) for one in released] == [("released", "silent")] * 2
    assert (money.states(), other.states()) == (["captured", "released", "released"], ["held"])


def test_a_hold_closes_when_its_last_charge_is_settled_and_says_so_once(money: Money, admin: "Connection") -> None:
    def close() -> Closed | None:
        with transaction(tenant_scope(money.tenant_id)) as session:
            return close_hold(session, money.tenant_id, money.hold_id)

    money.report((0, "delivered"), (1, "failed"))
    assert close() is None
    with transaction(tenant_scope(money.tenant_id)) as session:
        cancel(session, money.tenant_id, money.charges)
    assert close() == Closed(captured=PRICE, released=2 * PRICE + 100, before=False)
    assert close() == Closed(captured=PRICE, released=2 * PRICE + 100, before=True)
    assert money.balances() == {"outside": -1_000, "wallet": 1_000 - PRICE, "held": 0, "revenue": PRICE}
    query = "SELECT data FROM outbox WHERE type = 'hold.closed' AND tenant_id = %s"
    assert [data for (data,) in admin.execute(query, (money.tenant_id,))] == [
        {"hold_id": str(money.hold_id), "captured": PRICE, "refunded": PRICE, "released": PRICE + 100}
    ]


def test_a_closed_hold_takes_no_more_charges(money: Money) -> None:
    with transaction(tenant_scope(money.tenant_id)) as session:
        cancel(session, money.tenant_id, money.charges)
        close_hold(session, money.tenant_id, money.hold_id)
        with pytest.raises(HoldExceededError):
            open_charges(session, money.tenant_id, money.hold_id, [new_charge(1)])


def test_a_refunded_charge_is_opened_again_on_another_hold(money: Money) -> None:
    def retry(key: str, amount: int) -> UUID:
        with transaction(tenant_scope(money.tenant_id)) as session:
            again = hold(session, money.tenant_id, key, amount, "USD")
            assert reopen_charges(session, money.tenant_id, again, money.charges) == 1
            return again

    money.report((0, "delivered"), (1, "failed"))
    with pytest.raises(HoldExceededError):
        retry("too little", PRICE - 1)
    retry("retry", PRICE)
    assert money.states() == ["captured", "held", "held"]
    money.report((1, "delivered"), (2, "failed"))
    assert money.states() == ["captured", "captured", "refunded"]
    with transaction(tenant_scope(money.tenant_id)) as session:
        assert verify(session).balanced
    assert money.balances()["revenue"] == 2 * PRICE
