"""Starting a payment: within the limits, once, and known to us before the provider hears of it."""

import pytest
from flask import Flask

from aerostic.billing.payments.contract import PaymentError, ProviderError
from aerostic.billing.payments.limits import CENTS, CURRENCY, OF_RESELLER, TOO_LITTLE, TOO_MUCH
from aerostic.billing.payments.models import Payment
from aerostic.billing.payments.starting import start
from aerostic.db import new_id, transaction
from aerostic.ledger import KeyReusedError
from tests.core.billing.payments.till import ONE, Till, payment_of, request
from tests.support.factories import TESTS, make_reseller, make_tenant


def test_the_payer_is_sent_to_the_provider_and_the_payment_kept(app: Flask) -> None:
    tenant, wanted, person = make_tenant(), request(), new_id()
    assert start(tenant.id, Till(), wanted, person) == f"https://till.example/{wanted.id}"
    payment = payment_of(wanted.id)
    assert (payment.state, payment.reference, payment.amount, payment.started_by) == (
        "open",
        f"till-{wanted.id}",
        20 * ONE,
        person,
    )


def test_a_form_sent_twice_is_one_payment(app: Flask) -> None:
    tenant, wanted, till = make_tenant(), request(), Till()
    assert start(tenant.id, till, wanted, new_id()) == start(tenant.id, till, wanted, new_id())
    assert len(till.asked) == 1


def test_a_form_sent_twice_with_something_else_in_it_is_refused(app: Flask) -> None:
    tenant, wanted = make_tenant(), request()
    start(tenant.id, Till(), wanted, new_id())
    with pytest.raises(KeyReusedError):
        start(tenant.id, Till(), request(30 * ONE, payment_id=wanted.id), new_id())
    with pytest.raises(KeyReusedError):
        start(make_tenant().id, Till(), wanted, new_id())


def test_a_provider_that_is_down_leaves_a_failed_payment(app: Flask) -> None:
    tenant, wanted = make_tenant(), request()
    with pytest.raises(ProviderError):
        start(tenant.id, Till(down=True), wanted, new_id())
    assert payment_of(wanted.id).state == "failed"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (0, "USD", TOO_LITTLE),
        (-20 * ONE, "USD", TOO_LITTLE),
        (5 * ONE - 1, "USD", TOO_LITTLE),
        (50_000 * ONE + 1, "USD", TOO_MUCH),
        (10**18, "USD", TOO_MUCH),
        (20 * ONE + 1, "USD", CENTS),
        (20 * ONE, "EUR", CURRENCY),
        (20 * ONE, "", CURRENCY),
    ],
)
def test_an_amount_that_cannot_be_paid_is_refused_with_what_to_do(
    app: Flask, amount: int, currency: str, words: str
) -> None:
    tenant, till = make_tenant(), Till()
    with pytest.raises(PaymentError) as refused:
        start(tenant.id, till, request(amount, currency), new_id())
    assert (str(refused.value), till.asked) == (words, [])
    with transaction(TESTS) as session:
        assert session.query(Payment).count() == 0


def test_a_workspace_of_a_reseller_gets_its_credit_from_there(app: Flask) -> None:
    tenant = make_tenant(reseller_id=make_reseller().id)
    with pytest.raises(PaymentError) as refused:
        start(tenant.id, Till(), request(), new_id())
    assert str(refused.value) == OF_RESELLER
