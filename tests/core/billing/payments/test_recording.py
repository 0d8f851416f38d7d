"""Bank transfers: recorded once, by whom, confirmed by a second person where they are large, and given back."""

from uuid import UUID

import pytest
from flask import Flask

from aerostic.billing.payments.contract import PaymentError
from aerostic.billing.payments.models import Payment
from aerostic.billing.payments.recording import (
    NOT_PAID,
    OVER,
    OWN,
    TOO_MUCH_BACK,
    TWICE,
    confirm,
    drop,
    give_back,
    record,
)
from aerostic.db import new_id, transaction
from aerostic.tenancy.models import Tenant
from tests.core.billing.payments.till import ONE, balance, books_are_right, transfers
from tests.support.factories import TESTS, make_tenant

MUCH = 10_001 * ONE


def recorded(tenant: Tenant, amount: int, reference: str = "RF18", person: UUID | None = None) -> Payment:
    with transaction(TESTS) as session:
        return record(session, tenant, amount, reference, person or new_id())


def test_a_bank_transfer_is_credited_with_its_reference_and_who_recorded_it(app: Flask) -> None:
    tenant, person = make_tenant(), new_id()
    payment = recorded(tenant, 50 * ONE, person=person)
    assert (payment.state, payment.reference, payment.started_by) == ("paid", "RF18", person)
    assert transfers(tenant.id) == [("topup:manual:RF18", "topup", 50 * ONE)]
    assert books_are_right()


def test_the_same_reference_twice_is_refused_for_any_workspace(app: Flask) -> None:
    tenant = make_tenant()
    recorded(tenant, 50 * ONE)
    for again, amount in ((tenant, 50 * ONE), (tenant, 60 * ONE), (make_tenant(), 50 * ONE)):
        with pytest.raises(PaymentError) as refused:
            recorded(again, amount)
        assert str(refused.value) == TWICE
    assert transfers(tenant.id) == [("topup:manual:RF18", "topup", 50 * ONE)]


def test_much_waits_until_somebody_else_has_confirmed_it(app: Flask) -> None:
    tenant, person, other = make_tenant(), new_id(), new_id()
    payment = recorded(tenant, MUCH, person=person)
    assert (payment.state, balance(tenant.id)) == ("open", 0)
    with transaction(TESTS) as session, pytest.raises(PaymentError) as refused:
        confirm(session, tenant.id, payment.id, person)
    assert str(refused.value) == OWN
    for _ in range(2):
        with transaction(TESTS) as session:
            assert confirm(session, tenant.id, payment.id, other).confirmed_by == other
    assert transfers(tenant.id) == [("topup:manual:RF18", "topup", MUCH)]


def test_what_waits_can_be_dropped_and_what_is_settled_cannot(app: Flask) -> None:
    tenant = make_tenant()
    waiting, done = recorded(tenant, MUCH), recorded(tenant, 50 * ONE, "RF19")
    with transaction(TESTS) as session:
        assert drop(session, tenant.id, waiting.id).state == "failed"
        with pytest.raises(PaymentError) as refused:
            drop(session, tenant.id, done.id)
        assert str(refused.value) == OVER
        with pytest.raises(PaymentError) as refused:
            confirm(session, tenant.id, waiting.id, new_id())
        assert str(refused.value) == OVER
        with pytest.raises(PaymentError) as refused:
            give_back(session, tenant.id, waiting.id, ONE)
        assert str(refused.value) == NOT_PAID
    assert balance(tenant.id) == 50 * ONE


def test_what_was_sent_back_leaves_the_wallet_and_no_more_than_was_paid(app: Flask) -> None:
    tenant = make_tenant()
    payment = recorded(tenant, 50 * ONE)
    with transaction(TESTS) as session:
        give_back(session, tenant.id, payment.id, 20 * ONE)
        for amount in (0, -ONE, 31 * ONE):
            with pytest.raises(PaymentError) as refused:
                give_back(session, tenant.id, payment.id, amount)
            assert str(refused.value) == TOO_MUCH_BACK
        assert give_back(session, tenant.id, payment.id, 30 * ONE).state == "refunded"
    assert (balance(tenant.id), books_are_right()) == (0, True)


def test_a_payment_of_another_workspace_is_not_there(app: Flask) -> None:
    payment = recorded(make_tenant(), MUCH)
    with transaction(TESTS) as session, pytest.raises(LookupError):
        confirm(session, make_tenant().id, payment.id, new_id())
