"""Topping up on the wallet's pages: choosing, going to pay, coming back, and what is refused."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask

from aerostic.billing.payments.contract import Happened
from aerostic.billing.payments.models import Payment
from aerostic.db import new_id, transaction
from aerostic.registry import runtime
from aerostic.registry.declarations import Declared
from aerostic.testing.people import Client, new_tenant, sign_in
from tests.core.billing.payments.till import ONE, Till, payment_of, tell
from tests.support.factories import TESTS, make_reseller, make_tenant

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"


@pytest.fixture
def till(app: Flask) -> Iterator[Till]:
    """A way to pay that every workspace has."""
    registry, way = runtime().registry, Till()
    declared = registry.declared("register_payment_providers")
    declared.append(Declared("pricing", way))
    registry._views.cache_clear()
    yield way
    declared.clear()
    registry._views.cache_clear()


@pytest.fixture
def owner(app: Flask, till: Till) -> Client:
    return sign_in(app, new_tenant(), "owner", HOST)


def sent(**values: str) -> dict[str, str]:
    return {"choice": "50", "amount": "", "form_key": str(new_id()), **values}


def begin(owner: Client, **values: str) -> UUID:
    form = sent(**values)
    assert owner.post_form("/wallet/top-up", form).status_code == 303
    return UUID(form["form_key"])


def count() -> int:
    with transaction(TESTS) as session:
        return session.query(Payment).count()


def test_a_choice_leads_to_the_provider_by_way_of_a_page_of_ours(owner: Client) -> None:
    payment_id = begin(owner)
    page = owner.get(f"/wallet/payments/{payment_id}/pay", headers=PAGE).text
    assert f'content="0;url=https://till.example/{payment_id}"' in page
    assert f'href="https://till.example/{payment_id}"' in page
    assert payment_of(payment_id).amount == 50 * ONE


def test_an_own_amount_counts_instead_of_the_choice(owner: Client) -> None:
    assert payment_of(begin(owner, amount="12.50")).amount == 12_500_000


def test_the_provider_is_told_where_to_send_the_payer_back(owner: Client, till: Till) -> None:
    payment_id = begin(owner)
    (asked,) = till.asked
    assert re.sub(r":\d+/", "/", asked.paid_url) == f"http://app.localhost/wallet/payments/{payment_id}"
    assert asked.back_url == f"{asked.paid_url}?back=cancelled"
    assert (asked.title, asked.language) == ("Credit for Aerostic", "en")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"choice": "", "amount": ""}, "Choose an amount"),
        ({"choice": "7"}, "Choose an amount"),
        ({"amount": "-5"}, "more than 0"),
        ({"amount": "0"}, "more than 0"),
        ({"amount": "4.99"}, "less than can be paid at once"),
        ({"amount": "50001"}, "more than can be paid at once"),
        ({"amount": "1e9"}, "1000000 or less"),
        ({"amount": "12.345"}, "at most 2 digits"),
        ({"amount": "ten"}, "Enter a number"),
        ({"provider": "bank"}, "one of those that are offered"),
    ],
)
def test_what_cannot_be_paid_is_told_and_nothing_begun(owner: Client, values: dict[str, str], words: str) -> None:
    answer = owner.post_form("/wallet/top-up", sent(**values))
    assert (answer.status_code, words in answer.text, count()) == (422, True, 0)


def test_a_provider_that_is_down_is_told_in_plain_words(owner: Client, till: Till) -> None:
    till.down = True
    answer = owner.post_form("/wallet/top-up", sent())
    assert (answer.status_code, "Nothing was charged" in answer.text) == (422, True)


def test_what_was_refused_can_be_tried_again_in_the_same_page(owner: Client, till: Till) -> None:
    till.down = True
    page = owner.post_form("/wallet/top-up", sent()).text
    (key,) = re.findall(r'name="form_key" value="([^"]+)"', page)
    till.down = False
    begin(owner, form_key=key)
    assert payment_of(UUID(key)).state == "open"


def test_coming_back_tells_how_the_payment_stands(owner: Client) -> None:
    payment_id = begin(owner)
    here = f"/wallet/payments/{payment_id}"
    assert "We wait for the confirmation" in owner.get(here, headers=PAGE).text
    assert "Nothing was paid" in owner.get(f"{here}?back=cancelled", headers=PAGE).text
    tell(payment_of(payment_id), Happened.EXPIRED)
    assert "The payment has expired" in owner.get(here, headers=PAGE).text
    assert owner.get(f"{here}/pay", headers=PAGE).location == here
    tell(payment_of(payment_id))
    assert "Thank you. $50.00 were added." in owner.get(f"{here}?back=cancelled", headers=PAGE).text
    page = owner.get("/wallet", headers=PAGE).text
    assert "Credit added" in page and "$50.00" in page


def test_the_list_tells_every_payments_state(owner: Client) -> None:
    paid, refunded, part, expired, _ = (begin(owner) for _ in range(5))
    for payment_id in (paid, refunded, part):
        tell(payment_of(payment_id))
    tell(payment_of(refunded), Happened.REFUNDED)
    tell(payment_of(part), Happened.REFUNDED, amount=20 * ONE)
    tell(payment_of(expired), Happened.EXPIRED)
    page = owner.get("/wallet/payments", headers=PAGE).text
    for words in ("Paid<", "Refunded<", "Refunded in part", "$20.00 given back", "Expired", "Waits for the payment"):
        assert words in page, words
    assert "Paid back to you" in owner.get("/wallet", headers=PAGE).text


def test_only_who_may_top_up_does(app: Flask, till: Till) -> None:
    tenant = new_tenant()
    payment_id = begin(sign_in(app, tenant, "admin", HOST))
    viewer = sign_in(app, tenant, "viewer", HOST)
    assert "/wallet/top-up" not in viewer.get("/wallet", headers=PAGE).text
    assert viewer.get("/wallet/payments", headers=PAGE).status_code == 200
    assert viewer.get("/wallet/top-up", headers=PAGE).status_code == 403
    assert viewer.post_form("/wallet/top-up", sent()).status_code == 403
    assert viewer.get(f"/wallet/payments/{payment_id}/pay", headers=PAGE).status_code == 403


def test_payments_of_others_are_not_there(app: Flask, owner: Client) -> None:
    payment_id = begin(owner)
    other = sign_in(app, new_tenant(), "owner", HOST)
    assert other.get(f"/wallet/payments/{payment_id}", headers=PAGE).status_code == 404
    assert str(payment_id) not in other.get("/wallet/payments", headers=PAGE).text


def test_a_resellers_workspace_is_offered_nothing(app: Flask, till: Till) -> None:
    tenant = make_tenant(reseller_id=make_reseller().id)
    client = sign_in(app, tenant.id, "owner", HOST)
    page = client.get("/wallet", headers=PAGE).text
    assert ("/wallet/top-up" in page, "/wallet/payments" in page) == (False, False)
    assert client.get("/wallet/top-up", headers=PAGE).status_code == 404


def test_without_a_provider_nothing_is_offered(app: Flask) -> None:
    client = sign_in(app, new_tenant(), "owner", HOST)
    assert "/wallet/top-up" not in client.get("/wallet", headers=PAGE).text
    assert client.get("/wallet/top-up", headers=PAGE).status_code == 404
