"""Top-ups through Stripe's own library and a stand-in that speaks its API."""

import time
from collections.abc import Iterator

import pytest
import requests
from aerostic_stripe.emulator.webhooks import sign
from aerostic_stripe.provider import NOT_TAKEN, WHOLE, Stripe
from aerostic_stripe.settings import StripeSettings
from flask import Flask

from aerostic.billing.payments.contract import PaymentError, ProviderError, SignatureError
from aerostic.db import new_id
from tests.core.billing.payments.till import ONE, books_are_right, payment_of, request
from tests.support.factories import make_tenant

from .account import KEY, SECRET, Account, account, settings


@pytest.fixture
def stripe(app: Flask) -> Iterator[Account]:
    with account() as some:
        yield some


def kinds(some: Account) -> list[str]:
    return [kind for kind, *_ in some.emulator.postman.sent]


def test_who_pays_is_sent_to_our_page_and_credited_by_the_webhook(stripe: Account) -> None:
    visit = stripe.begin()
    assert "20.00 USD" in requests.get(visit.page, timeout=5).text
    assert visit.act("pay").headers["Location"] == "https://app.example/paid"
    assert visit.balance == 0
    assert stripe.deliver() == [""]
    payment = payment_of(visit.payment_id)
    assert (payment.state, payment.reference, visit.balance) == ("paid", visit.session_id, 20 * ONE)
    assert (kinds(stripe), books_are_right()) == (["checkout.session.completed"], True)


def test_a_declined_card_leaves_the_payment_open(stripe: Account) -> None:
    visit = stripe.begin()
    assert visit.act("decline").headers["Location"].endswith("?declined=1")
    assert "declined" in requests.get(f"{visit.page}?declined=1", timeout=5).text
    assert (stripe.deliver(), payment_of(visit.payment_id).state) == ([], "open")


@pytest.mark.parametrize(("comes", "state", "credited"), [("good", "paid", 20 * ONE), ("bad", "failed", 0)])
def test_money_that_comes_later_is_credited_when_it_is_there(
    stripe: Account, comes: str, state: str, credited: int
) -> None:
    visit = stripe.begin()
    visit.act("later")
    assert (stripe.deliver(), payment_of(visit.payment_id).state) == ([], "open")
    visit.change(comes)
    stripe.deliver()
    assert (payment_of(visit.payment_id).state, visit.balance) == (state, credited)


def test_a_session_that_expires_does_so_here(stripe: Account) -> None:
    visit = stripe.begin()
    visit.change("expire")
    assert (stripe.deliver(), payment_of(visit.payment_id).state) == ([""], "expired")


def test_refunds_come_out_of_the_wallet(stripe: Account) -> None:
    visit = stripe.begin()
    visit.act("pay")
    visit.change("half")
    stripe.deliver()
    assert (visit.balance, payment_of(visit.payment_id).state) == (10 * ONE, "paid")
    visit.change("refund")
    stripe.deliver()
    assert (visit.balance, payment_of(visit.payment_id).state) == (0, "refunded")
    assert books_are_right()


def test_beginning_twice_is_one_session(stripe: Account) -> None:
    wanted = request()
    first, second = (stripe.provider.start(wanted) for _ in range(2))
    assert first == second
    assert len(stripe.emulator.state.sessions) == 1


@pytest.mark.parametrize(
    ("currency", "amount", "units"), [("USD", 20 * ONE, 2_000), ("JPY", 500 * ONE, 500), ("KWD", 5 * ONE, 5_000)]
)
def test_currencies_count_in_their_own_coins(stripe: Account, currency: str, amount: int, units: int) -> None:
    visit = stripe.begin(amount, currency=currency)
    (session,) = stripe.emulator.state.sessions.values()
    assert (session["amount_total"], session["currency"]) == (units, currency.lower())
    visit.act("pay")
    assert (stripe.deliver(), payment_of(visit.payment_id).state) == ([""], "paid")


def test_a_currency_without_coins_takes_whole_amounts(stripe: Account) -> None:
    with pytest.raises(PaymentError) as refused:
        stripe.begin(500 * ONE + ONE // 2, currency="JPY")
    assert str(refused.value) == WHOLE


def test_an_amount_that_stripe_does_not_take_is_the_payers_to_change(stripe: Account) -> None:
    for amount in (ONE // 10, 2_000_000 * ONE):
        with pytest.raises(PaymentError) as refused:
            stripe.provider.start(request(amount))
        assert str(refused.value) == NOT_TAKEN


def test_what_stripe_refuses_and_a_stripe_that_is_gone_name_no_secret(stripe: Account) -> None:
    other = StripeSettings(_env_file=None, secret_key="sk_wrong", webhook_secret=SECRET, api_base=stripe.url)
    gone = settings("http://127.0.0.1:9")
    for some in (other, gone):
        with pytest.raises(ProviderError) as refused:
            Stripe(some).start(request())
        assert "sk_" not in str(refused.value)


BODY = b'{"id": "evt_1", "object": "event", "type": "customer.created", "data": {"object": {"id": "cus_1"}}}'


def header(body: bytes = BODY, secret: str = SECRET, ago: int = 0) -> dict[str, str]:
    return {"Stripe-Signature": sign(body, secret, int(time.time()) - ago)}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Stripe-Signature": "t=1,v1=00"}, {"Stripe-Signature": "x"}, header(secret="whsec_other"), header(ago=301)],
)
def test_a_webhook_without_a_fresh_signature_of_ours_is_refused(stripe: Account, headers: dict[str, str]) -> None:
    with pytest.raises(SignatureError):
        stripe.provider.webhook(BODY, headers)


def test_a_signed_webhook_of_something_else_says_nothing(stripe: Account) -> None:
    assert stripe.provider.webhook(BODY, header()) == []


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b"not json",
        b'{"object": "event", "type": "checkout.session.completed", "data": {"object": {"metadata": {"aerostic_payment": "x"}}}}',
    ],
)
def test_a_signed_webhook_that_is_no_event_is_refused(stripe: Account, body: bytes) -> None:
    with pytest.raises(SignatureError):
        stripe.provider.webhook(body, header(body))


def test_one_key_without_the_other_is_refused_and_shows_neither() -> None:
    with pytest.raises(ValueError, match="are set both, or neither") as refused:
        StripeSettings(_env_file=None, secret_key=KEY)
    assert KEY not in str(refused.value)


def test_a_payment_of_another_account_is_none_of_ours(stripe: Account) -> None:
    tenant = make_tenant()
    stripe.provider.start(request(payment_id=new_id()))
    (session,) = stripe.emulator.state.sessions.values()
    stripe.emulator.state.pay(session["id"])
    assert stripe.deliver() == ["unknown"]
    assert tenant.currency == "USD"
