"""What a provider says is credited once, and only as the payment was started."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.billing.payments.contract import Happened
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.db.models import OutboxEvent
from aerostic.ledger import hold
from tests.core.billing.payments.till import ONE, balance, books_are_right, paid, payment_of, started, tell, transfers
from tests.support.factories import TESTS


def announced(kind: str) -> list[dict[str, object]]:
    with transaction(TESTS) as session:
        return list(
            session.scalars(select(OutboxEvent.data).where(OutboxEvent.type == kind).order_by(OutboxEvent.position))
        )


def test_a_payment_is_credited_under_its_provider_and_reference_and_announced(app: Flask) -> None:
    payment = paid()
    assert transfers(payment.tenant_id) == [(f"topup:till:{payment.reference}", "topup", 20 * ONE)]
    assert (payment.state, balance(payment.tenant_id)) == ("paid", 20 * ONE)
    assert [event["amount"] for event in announced("wallet.credited")] == [20 * ONE]
    assert [event["payment_id"] for event in announced("payment.paid")] == [str(payment.id)]


def test_a_webhook_that_comes_again_changes_nothing(app: Flask) -> None:
    payment = paid()
    assert [tell(payment) for _ in range(3)] == ["", "", ""]
    assert balance(payment.tenant_id) == 20 * ONE
    assert len(announced("payment.paid")) == 1


def test_the_same_webhook_in_eight_threads_credits_once(app: Flask) -> None:
    payment = started()

    def once(_: int) -> str:
        with app.app_context():
            return tell(payment)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(once, range(8))) == [""] * 8
    assert transfers(payment.tenant_id) == [(f"topup:till:{payment.reference}", "topup", 20 * ONE)]
    assert len(announced("wallet.credited")) == 1
    assert books_are_right()


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"amount": 19 * ONE}, "amount"),
        ({"amount": 21 * ONE}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -20 * ONE}, "amount"),
        ({"currency": "EUR"}, "currency"),
        ({"reference": "till-another"}, "reference"),
    ],
)
def test_what_differs_from_the_payment_is_refused_and_reported_and_nothing_posted(
    app: Flask, values: dict[str, object], problem: str
) -> None:
    payment = started()
    assert tell(payment, **values) == problem
    assert (payment_of(payment.id).state, payment_of(payment.id).problem) == ("open", problem)
    assert announced("payment.refused") == [{"payment_id": str(payment.id), "problem": problem}]
    assert transfers(payment.tenant_id) == []


def test_a_payment_that_nobody_started_is_unknown(app: Flask) -> None:
    payment = started()
    payment.id = new_id()
    assert tell(payment) == "unknown"
    assert transfers(payment.tenant_id) == []


def test_money_that_came_in_counts_though_the_payment_had_expired(app: Flask) -> None:
    payment = started()
    assert tell(payment, Happened.EXPIRED) == ""
    assert payment_of(payment.id).state == "expired"
    assert tell(payment) == ""
    assert (payment_of(payment.id).state, balance(payment.tenant_id)) == ("paid", 20 * ONE)


@pytest.mark.parametrize("late", [Happened.EXPIRED, Happened.FAILED])
def test_a_late_word_of_failing_takes_nothing_back(app: Flask, late: Happened) -> None:
    payment = paid()
    assert tell(payment, late) == ""
    assert (payment_of(payment.id).state, balance(payment.tenant_id)) == ("paid", 20 * ONE)


def test_refunds_in_parts_come_out_of_the_wallet_whatever_their_order_and_number(app: Flask) -> None:
    payment = paid()
    for total in (5, 5, 20, 12, 20):
        assert tell(payment, Happened.REFUNDED, amount=total * ONE) == ""
    assert [(kind, amount) for _, kind, amount in transfers(payment.tenant_id)] == [
        ("topup", 20 * ONE),
        ("repayment", 5 * ONE),
        ("repayment", 15 * ONE),
    ]
    payment = payment_of(payment.id)
    assert (payment.state, payment.refunded, payment.shortfall) == ("refunded", 20 * ONE, 0)
    assert (balance(payment.tenant_id), books_are_right()) == (0, True)


def test_what_is_held_for_messages_stays_and_is_reported_as_missing(app: Flask) -> None:
    payment = paid()
    with transaction(tenant_scope(payment.tenant_id)) as session:
        hold(session, payment.tenant_id, "campaign", 14 * ONE, "USD")
    assert tell(payment, Happened.REFUNDED) == ""
    payment = payment_of(payment.id)
    assert (payment.refunded, payment.taken_back, payment.shortfall) == (20 * ONE, 6 * ONE, 14 * ONE)
    assert announced("payment.refunded")[0]["shortfall"] == 14 * ONE
    assert (balance(payment.tenant_id), books_are_right()) == (0, True)


def test_a_refund_before_the_payment_is_to_come_again(app: Flask) -> None:
    payment = started()
    assert tell(payment, Happened.REFUNDED) == "unpaid"
    assert (payment_of(payment.id).problem, transfers(payment.tenant_id)) == ("", [])


@pytest.mark.parametrize("amount", [0, -1, 20 * ONE + 1])
def test_a_refund_larger_than_the_payment_is_refused(app: Flask, amount: int) -> None:
    payment = paid()
    assert tell(payment, Happened.REFUNDED, amount=amount) == "amount"
    assert (payment_of(payment.id).problem, balance(payment.tenant_id)) == ("amount", 20 * ONE)
