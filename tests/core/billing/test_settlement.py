"""Settlement: money follows how far a message came, whatever the order and however often it is told."""

from itertools import permutations
from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from aerostic.billing import Outcome, RuleError, Settled, settle
from aerostic.billing.books import CHARGES
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import Transfer, revenue, transfer, verify, wallet
from tests.core.billing.money import PRICE, RULES, Money, PlainRule

RANKS = ["", "sent", "failed", "delivered", "read"]
REPORTS = ("sent", "delivered", "read", "failed")


@pytest.fixture
def money(app: Flask) -> Money:
    return Money.with_charges(3)


def spend(money: Money, amount: int) -> None:
    """Take money out of the wallet, as another campaign would."""
    with transaction(tenant_scope(money.tenant_id)) as session:
        source, target = wallet(session, money.tenant_id, "USD"), revenue(session, money.tenant_id, "USD")
        transfer(session, Transfer(money.tenant_id, f"other:{new_id()}", "capture", source, target, amount))


def events(admin: "Connection", money: Money) -> list[tuple[str, dict[str, object]]]:
    query = "SELECT type, data FROM outbox WHERE tenant_id = %s ORDER BY position"
    return admin.execute(query, (money.tenant_id,)).fetchall()


def test_delivered_captures_failed_refunds_and_sent_leaves_the_money_held(money: Money) -> None:
    settled = money.report((0, "delivered"), (1, "failed"), (2, "sent"))
    assert settled == [
        Settled(money.charges[0], "held", "captured", PRICE, "USD", "delivered"),
        Settled(money.charges[1], "held", "refunded", PRICE, "USD", "failed"),
    ]
    assert money.balances() == {"outside": -1_000, "wallet": 1_000 - 2 * PRICE, "held": PRICE, "revenue": PRICE}


def test_a_repeat_moves_nothing(money: Money) -> None:
    money.report((0, "delivered"))
    before = money.balances()
    assert money.report((0, "delivered"), (0, "read"), (0, "read")) == []
    assert money.balances() == before


def test_failed_after_a_capture_reverses_it(money: Money) -> None:
    money.report((0, "delivered"))
    money.report((0, "failed"))
    assert money.states() == ["refunded", "held", "held"]
    assert money.balances() == {"outside": -1_000, "wallet": 1_000 - 2 * PRICE, "held": 2 * PRICE, "revenue": 0}


def test_delivered_after_a_refund_is_paid_from_the_wallet(money: Money) -> None:
    money.report((0, "failed"))
    money.report((0, "delivered"))
    assert money.states() == ["captured", "held", "held"]
    assert money.balances() == {"outside": -1_000, "wallet": 1_000 - 3 * PRICE, "held": 2 * PRICE, "revenue": PRICE}


def test_each_movement_back_points_at_the_one_it_undoes(money: Money, admin: "Connection") -> None:
    for status in ("delivered", "failed", "delivered"):
        money.report((0, status))
    query = (
        "SELECT t.key, t.kind, u.key FROM ledger_transfer t LEFT JOIN ledger_transfer u ON u.id = t.reverses_id"
        " WHERE t.subject_id = %s ORDER BY t.key"
    )
    charge = money.charges[0]
    assert admin.execute(query, (charge,)).fetchall() == [
        (f"charge:{charge}:1", "capture", None),
        (f"charge:{charge}:2", "refund", f"charge:{charge}:1"),
        (f"charge:{charge}:3", "recapture", f"charge:{charge}:2"),
    ]


def test_what_an_empty_wallet_cannot_pay_again_stays_refunded_and_is_told_once(
    money: Money, admin: "Connection"
) -> None:
    money.report((0, "failed"), (1, "failed"))
    spend(money, money.balances()["wallet"] - PRICE)
    money.report((0, "delivered"), (1, "delivered"))
    money.report((1, "read"))
    assert money.states() == ["captured", "refunded", "held"]
    assert money.balances()["wallet"] == 0
    told = [data for kind, data in events(admin, money) if kind == "charge.uncollected"]
    assert told == [{"charge_id": str(money.charges[1]), "amount": PRICE, "currency": "USD"}]


def test_what_could_not_be_collected_is_collected_once_there_is_credit(money: Money) -> None:
    money.report((0, "failed"))
    spend(money, money.balances()["wallet"])
    money.report((0, "delivered"))
    money.report((1, "failed"))
    money.report((0, "read"))
    assert money.states() == ["captured", "refunded", "held"]
    assert money.balances()["wallet"] == 0


def test_a_refund_in_the_same_batch_pays_for_a_late_delivery(money: Money) -> None:
    money.report((0, "failed"))
    spend(money, money.balances()["wallet"])
    money.report((0, "delivered"), (1, "failed"))
    assert money.states() == ["captured", "refunded", "held"]


def test_a_batch_is_announced_once_with_its_sums(money: Money, admin: "Connection") -> None:
    money.report((0, "delivered"), (1, "failed"))
    assert events(admin, money) == [
        (
            "charges.settled",
            {
                "captured": 1,
                "captured_amount": PRICE,
                "refunded": 1,
                "refunded_amount": PRICE,
                "released": 0,
                "released_amount": 0,
            },
        )
    ]


def test_what_is_free_changes_its_state_and_moves_no_money(app: Flask) -> None:
    money = Money.with_charges(2, amount=0)
    money.report((0, "delivered"), (1, "failed"))
    assert money.states() == ["captured", "refunded"]
    assert money.balances() == {"outside": -1_000, "wallet": 999, "held": 1}


def test_an_unknown_message_and_another_tenants_are_passed_over(money: Money) -> None:
    other = Money.with_charges(1)
    with transaction(tenant_scope(money.tenant_id)) as session:
        came = [(new_id(), Outcome("delivered")), (other.charges[0], Outcome("delivered"))]
        assert settle(session, money.tenant_id, RULES, came) == []
    assert other.states() == ["held"]


def test_a_rule_that_raises_is_named_and_nothing_moves(money: Money) -> None:
    class Broken(PlainRule):
        def on_outcome(self, charge: object, outcome: object) -> None:
            raise ZeroDivisionError

    with (
        pytest.raises(RuleError, match=r"'tests.plain' of tests failed to settle \(ZeroDivisionError\)"),
        transaction(tenant_scope(money.tenant_id)) as session,
    ):
        settle(session, money.tenant_id, [Broken()], [(money.charges[0], Outcome("delivered"))])
    assert money.states() == ["held", "held", "held"]


def tell(money: Money, place: int, reports: tuple[str, ...]) -> None:
    """Report as messaging does: the furthest the message came so far, after each webhook."""
    furthest = ""
    for report in reports:
        furthest = max(furthest, report, key=RANKS.index)
        money.report((place, furthest))


def test_every_order_of_all_four_statuses_captures(app: Flask) -> None:
    orders = list(permutations(REPORTS))
    money = Money.with_charges(len(orders), wallet=10_000)
    for place, order in enumerate(orders):
        tell(money, place, order)
    assert money.states() == ["captured"] * 24
    assert money.balances() == {"outside": -10_000, "wallet": 10_000 - 24 * PRICE, "held": 0, "revenue": 24 * PRICE}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(REPORTS), min_size=1, max_size=8))
def test_any_reports_in_any_order_with_repeats_end_where_the_furthest_does(app: Flask, reports: list[str]) -> None:
    told, at_once = Money.with_charges(1), Money.with_charges(1)
    tell(told, 0, tuple(reports))
    at_once.report((0, max(reports, key=RANKS.index)))
    assert told.states() == at_once.states()
    assert told.balances().items() >= at_once.balances().items()
    with transaction(tenant_scope(told.tenant_id)) as session:
        assert verify(session).balanced


def tell_all(money: Money, reports: list[tuple[int, str]], at_once: int) -> None:
    """Report about many charges as messaging does, so many webhooks in a transaction."""
    furthest: dict[int, str] = {}
    for first in range(0, len(reports), at_once):
        some = reports[first : first + at_once]
        for place, report in some:
            furthest[place] = max(furthest.get(place, ""), report, key=RANKS.index)
        money.report(*((place, furthest[place]) for place, _ in some))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stories=st.lists(st.lists(st.sampled_from(REPORTS), min_size=1, max_size=4), min_size=2, max_size=5),
    chance=st.randoms(use_true_random=False),
)
def test_the_statuses_of_many_charges_in_any_order_with_repeats_leave_the_same_ledger(
    app: Flask, stories: list[list[str]], chance: Random
) -> None:
    reports = [(place, report) for place, story in enumerate(stories) for report in story]
    repeated = reports + chance.choices(reports, k=len(reports) // 2)
    chance.shuffle(repeated)
    in_order, shuffled = Money.with_charges(len(stories)), Money.with_charges(len(stories))
    tell_all(in_order, reports, at_once=1)
    tell_all(shuffled, repeated, at_once=chance.randint(1, 4))
    assert shuffled.states() == in_order.states()
    assert shuffled.balances() == in_order.balances()
    with transaction(tenant_scope(shuffled.tenant_id)) as session:
        assert verify(session, CHARGES).findings == ()
