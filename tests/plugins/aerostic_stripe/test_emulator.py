"""The stand-in behaves as Stripe does, where top-ups touch it."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import requests
import stripe as library
from aerostic_stripe.emulator.forms import nested

from .account import KEY, SECRET, account

FORM = {
    "mode": "payment",
    "success_url": "https://app.example/paid",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "2000",
    "line_items[0][price_data][product_data][name]": "Credit",
}


@pytest.fixture
def url() -> Iterator[str]:
    with account() as some:
        yield some.url


def create(url: str, key: str = "", **changes: str | None) -> requests.Response:
    form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    headers = {"Authorization": f"Bearer {KEY}"} | ({"Idempotency-Key": key} if key else {})
    return requests.post(f"{url}/v1/checkout/sessions", data=form, headers=headers, timeout=5)


def test_forms_nest() -> None:
    assert nested([("a[0][b]", "1"), ("a[1][b]", "2"), ("c[d][e]", "3"), ("f", "4")]) == {
        "a": [{"b": "1"}, {"b": "2"}],
        "c": {"d": {"e": "3"}},
        "f": "4",
    }


def test_the_same_key_and_form_is_answered_as_before_and_another_form_refused(url: str) -> None:
    first, again = create(url, "k1"), create(url, "k1")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert create(url, "k2").json()["id"] != first.json()["id"]
    other = create(url, "k1", **{"line_items[0][price_data][unit_amount]": "2001"})
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")


def test_who_has_no_key_is_refused(url: str) -> None:
    assert requests.post(f"{url}/v1/checkout/sessions", data=FORM, timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mode": None}, "parameter_missing"),
        ({"success_url": None}, "parameter_missing"),
        ({"line_items[0][price_data][unit_amount]": "many"}, "parameter_invalid"),
        ({"line_items[0][price_data][currency]": "USD"}, "parameter_invalid"),
        ({"line_items[0][price_data][unit_amount]": "49"}, "amount_too_small"),
        ({"line_items[0][price_data][unit_amount]": "100000000"}, "amount_too_large"),
    ],
)
def test_what_is_wrong_is_said_in_stripes_words(url: str, changes: dict[str, str | None], code: str) -> None:
    answer = create(url, **changes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_a_session_is_paid_once_and_refunded_no_further_than_paid(url: str) -> None:
    session = create(url).json()
    client = library.StripeClient(KEY, base_addresses={"api": url}, max_network_retries=0)
    for _ in range(2):
        requests.post(f"{url}/c/pay/{session['id']}/pay", timeout=5, allow_redirects=False)
    paid = client.v1.checkout.sessions.retrieve(session["id"])
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    intent = str(paid.payment_intent)
    assert client.v1.refunds.create({"payment_intent": intent, "amount": 1500}).status == "succeeded"
    with pytest.raises(library.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent, "amount": 501})
    with pytest.raises(library.InvalidRequestError):
        client.v1.checkout.sessions.expire(session["id"])
    with pytest.raises(library.InvalidRequestError):
        client.v1.checkout.sessions.retrieve("cs_none")


class Hook(BaseHTTPRequestHandler):
    """Takes an event the second time it comes."""

    seen: list[tuple[bytes, str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((body, self.headers["Stripe-Signature"]))
        self.send_response(503 if len(self.seen) == 1 else 200)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def test_an_event_is_signed_and_sent_again_until_it_is_taken() -> None:
    server = HTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with account(f"http://127.0.0.1:{server.server_port}/") as some:
            session = create(some.url).json()
            some.emulator.state.pay(session["id"])
            some.emulator.postman.settle()
    finally:
        server.shutdown()
        server.server_close()
    assert len(Hook.seen) == 2
    for body, signature in Hook.seen:
        event = library.Webhook.construct_event(body, signature, SECRET)
        assert (event.type, event.data.object.id) == ("checkout.session.completed", session["id"])
        assert abs(time.time() - json.loads(body)["created"]) < 60
