"""Invoices: one a payment, credit notes a refund, numbers without gaps, and facts that stay."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from aerostic.billing.invoices.issuing import issue, net_of
from aerostic.billing.invoices.models import Invoice
from aerostic.billing.payments.contract import Happened
from aerostic.billing.payments.models import Payment
from aerostic.db import new_id, transaction, utcnow
from aerostic.registry import runtime
from aerostic.registry.runtime import KEY
from aerostic.tenancy.models import Tenant
from tests.core.billing.payments.till import ONE, paid, payment_of, started, tell
from tests.support.factories import TESTS, make_reseller, make_tenant


def invoices(tenant_id: UUID | None = None) -> list[Invoice]:
    with transaction(TESTS) as session:
        chosen = select(Invoice).order_by(Invoice.id)
        return list(session.scalars(chosen if tenant_id is None else chosen.where(Invoice.tenant_id == tenant_id)))


def name(kind: str, number: int) -> str:
    return f"{kind}-{utcnow().year}-{number:05}"


@pytest.fixture
def german_tax(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform sells with 19 per cent of tax."""
    values = {
        "seller_name": "Sky GmbH",
        "seller_address": r"Große Straße 1\n10115 Berlin",
        "seller_tax_id": "DE1",
        "seller_tax_percent": Decimal(19),
    }
    settings = runtime().settings.model_copy(update=values)
    monkeypatch.setitem(app.extensions, KEY, replace(app.extensions[KEY], settings=settings))


def test_a_paid_payment_has_one_invoice_and_a_refund_a_credit_note(app: Flask) -> None:
    payment = paid()
    tell(payment)
    for total in (5, 5, 20):
        tell(payment, Happened.REFUNDED, amount=total * ONE)
    rows = invoices()
    assert [row.name for row in rows] == [name("INV", 1), name("CN", 1), name("CN", 2)]
    assert [row.facts["gross"] for row in rows] == [20 * ONE, 5 * ONE, 15 * ONE]
    assert [row.facts["of"] for row in rows] == ["", rows[0].name, rows[0].name]


def test_what_was_not_paid_has_none(app: Flask) -> None:
    payment = started()
    tell(payment, amount=19 * ONE)
    tell(payment, Happened.EXPIRED)
    assert invoices() == []


def test_the_facts_are_those_of_the_day(german_tax: None) -> None:
    payment = paid(119 * ONE)
    (invoice,) = invoices()
    with transaction(TESTS) as session:
        tenant = session.get_one(Tenant, payment.tenant_id)
        before, tenant.name = tenant.name, "Renamed"
    assert invoice.facts == {
        "seller": "Sky GmbH",
        "seller_address": "Große Straße 1\n10115 Berlin",
        "seller_tax_id": "DE1",
        "buyer": before,
        "buyer_country": "US",
        "brand": "Aerostic",
        "currency": "USD",
        "gross": 119 * ONE,
        "net": 100 * ONE,
        "tax": 19 * ONE,
        "tax_percent": "19",
        "provider": "till",
        "reference": payment.reference,
        "of": "",
    }
    tell(payment, Happened.REFUNDED)
    note = invoices()[1]
    assert note.facts == invoice.facts | {"of": invoice.name}


@pytest.mark.parametrize(
    ("gross", "percent", "net"), [(119, "19", 100_000_000), (80, "19", 67_230_000), (20, "0", 20_000_000)]
)
def test_the_tax_is_part_of_what_is_paid(gross: int, percent: str, net: int) -> None:
    assert net_of(gross * ONE, Decimal(percent)) == net


def test_numbers_have_no_gaps_though_many_pay_at_once_and_some_fail(app: Flask) -> None:
    payments = [started() for _ in range(12)]

    def pay(payment: Payment) -> None:
        with app.app_context():
            tell(payment)

    def fail(payment: Payment) -> None:
        with app.app_context(), pytest.raises(RuntimeError), transaction(TESTS) as session:
            issue(session, session.get_one(Payment, payment.id))
            raise RuntimeError

    with ThreadPoolExecutor(8) as pool:
        for _ in [*pool.map(fail, payments[:6]), *pool.map(pay, payments)]:
            pass
    assert sorted(row.number for row in invoices()) == list(range(1, 13))


def test_each_issuer_has_numbers_of_its_own(app: Flask) -> None:
    reseller = make_reseller()
    tenant = make_tenant(reseller_id=reseller.id)
    paid()
    with transaction(TESTS) as session:
        row = {"provider": "till", "reference": "r", "amount": 20 * ONE, "currency": "USD", "state": "paid"}
        payment = Payment(tenant_id=tenant.id, id=new_id(), **row)
        session.add(payment)
        session.flush()
        issue(session, payment)
    assert [(row.reseller_id, row.number) for row in invoices()] == [(None, 1), (reseller.id, 1)]
    assert invoices(tenant.id)[0].facts["seller"] == reseller.name


@pytest.mark.parametrize("act", ["UPDATE invoice SET number = 7", "DELETE FROM invoice"])
def test_the_application_cannot_change_what_was_issued(app: Flask, act: str) -> None:
    payment_of(paid().id)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(TESTS) as session:
        session.execute(text(act))
    assert len(invoices()) == 1
