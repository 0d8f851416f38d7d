"""Bank transfers in the platform's console: recorded once, confirmed by a second person, given back."""

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.billing.payments.models import Payment
from aerostic.db import transaction
from aerostic.testing.people import Client, new_tenant, sign_in
from tests.core.billing.payments.till import ONE, balance, books_are_right
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.support.factories import TESTS, make_reseller, make_tenant


@pytest.fixture
def platform(app: Flask) -> Client:
    return staff(app, "platform", "admin.localhost")


def the_payment() -> Payment:
    with transaction(TESTS) as session:
        return session.scalars(select(Payment)).one()


def test_a_bank_transfer_is_recorded_and_seen_with_who_did_it(platform: Client) -> None:
    tenant = make_tenant()
    here = f"/tenants/{tenant.id}/payments"
    assert "No payments yet" in platform.get(here, headers=PAGE).text
    assert platform.get(f"{here}/new", headers=PAGE).status_code == 200
    assert platform.post_form(f"{here}/new", {"amount": "120.50", "reference": "RF18 5390"}).location == here
    page = platform.get(here, headers=PAGE).text
    for words in ("$120.50", "RF18 5390", "Recorded by Staff", "Paid"):
        assert words in page, words
    assert (balance(tenant.id), books_are_right()) == (120_500_000, True)


def test_the_same_reference_again_is_refused(platform: Client) -> None:
    tenant = make_tenant()
    form = {"amount": "50", "reference": "RF18"}
    platform.post_form(f"/tenants/{tenant.id}/payments/new", form)
    answer = platform.post_form(f"/tenants/{tenant.id}/payments/new", form)
    assert (answer.status_code, "recorded already" in answer.text) == (422, True)
    assert balance(tenant.id) == 50 * ONE


@pytest.mark.parametrize(
    ("amount", "reference", "words"),
    [
        ("0", "RF18", "more than 0"),
        ("-1", "RF18", "more than 0"),
        ("1", "RF18", "less than can be paid"),
        ("60000", "RF18", "more than can be paid"),
        ("2000000", "RF18", "1000000 or less"),
        ("50", "", "Fill it in"),
        ("50", "ab", "too short"),
    ],
)
def test_a_wrong_transfer_is_told_and_nothing_posted(platform: Client, amount: str, reference: str, words: str) -> None:
    tenant = make_tenant()
    form = {"amount": amount, "reference": reference}
    answer = platform.post_form(f"/tenants/{tenant.id}/payments/new", form)
    assert (answer.status_code, words in answer.text, balance(tenant.id)) == (422, True, 0)


def test_a_large_one_waits_for_a_second_person(app: Flask, platform: Client) -> None:
    tenant = make_tenant()
    here = f"/tenants/{tenant.id}/payments"
    platform.post_form(f"{here}/new", {"amount": "10000.01", "reference": "RF18"})
    act = f"{here}/{the_payment().id}"
    page = platform.get(here, headers=PAGE).text
    assert ("Waits for a second person" in page, f"{act}/confirm" in page) == (True, False)
    platform.post_form(f"{act}/confirm", {})
    assert balance(tenant.id) == 0
    other = staff(app, "platform", "admin.localhost")
    assert f"{act}/confirm" in other.get(here, headers=PAGE).text
    other.post_form(f"{act}/confirm", {})
    assert balance(tenant.id) == 10_000_010_000


def test_one_that_waits_can_be_dropped(platform: Client) -> None:
    tenant = make_tenant()
    here = f"/tenants/{tenant.id}/payments"
    platform.post_form(f"{here}/new", {"amount": "10000.01", "reference": "RF18"})
    platform.post_form(f"{here}/{the_payment().id}/drop", {})
    assert (the_payment().state, balance(tenant.id)) == ("failed", 0)


def test_what_was_sent_back_leaves_the_wallet(platform: Client) -> None:
    tenant = make_tenant()
    here = f"/tenants/{tenant.id}/payments"
    platform.post_form(f"{here}/new", {"amount": "50", "reference": "RF18"})
    back = f"{here}/{the_payment().id}/give-back"
    assert back in platform.get(here, headers=PAGE).text
    for amount, left in (("20", 30), ("", 30), ("31", 30), ("30", 0)):
        platform.post_form(back, {"amount": amount})
        assert balance(tenant.id) == left * ONE
    assert the_payment().state == "refunded"


def test_a_resellers_workspace_is_paid_for_by_its_reseller(platform: Client) -> None:
    tenant = make_tenant(reseller_id=make_reseller().id)
    assert platform.get(f"/tenants/{tenant.id}/payments/new", headers=PAGE).status_code == 404


def test_nobody_else_gets_there(app: Flask, platform: Client) -> None:
    tenant = new_tenant()
    platform.post_form(f"/tenants/{tenant}/payments/new", {"amount": "50", "reference": "RF18"})
    act = f"/tenants/{tenant}/payments/{the_payment().id}/give-back"
    owner = sign_in(app, tenant, "owner", "admin.localhost")
    assert owner.get(f"/tenants/{tenant}/payments", headers=PAGE).status_code in (403, 404)
    assert owner.post_form(act, {"amount": "50"}).status_code in (403, 404)
    assert platform.post_form(act.replace(str(the_payment().id), str(tenant)), {"amount": "50"}).status_code == 404
