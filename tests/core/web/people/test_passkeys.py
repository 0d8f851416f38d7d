"""Passkeys: added with the password, good on their host and once a challenge, and gone when they are removed."""

import html
import json
import re

import pytest
from flask import Flask

from aerostic.db import transaction, utcnow
from aerostic.db.models import OutboxEvent
from aerostic.identity.factor_models import Passkey
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.session_models import UserSession
from aerostic.mail.models import Mail
from aerostic.mail.outbox import letter_of
from aerostic.tenancy.models import Host
from aerostic.testing.people import Client, enter
from tests.support.authenticator import PRESENT, Authenticator
from tests.support.factories import ANN, PASSWORD, TESTS, make_person, make_reseller

PAGE = {"Accept": "text/html"}
PATH = "/profile/passkeys"


def browser(app: Flask) -> Client:
    return Client(app, app.response_class, use_cookies=True)


def options_of(page: str) -> dict:
    """What the page gives the browser to make a passkey with."""
    return json.loads(html.unescape(re.search(r'data-options="([^"]+)"', page)[1]))


def begin_adding(client: Client) -> dict:
    assert client.post_form(f"{PATH}/start", {"current": PASSWORD}).location == f"{PATH}/new"
    return options_of(client.get(f"{PATH}/new", headers=PAGE).text)


def add(client: Client, device: Authenticator, name: str = "Phone"):
    answer = device.create(begin_adding(client))
    return client.post_form(f"{PATH}/new", {"name": name, "credential": answer})


def ask(client: Client) -> dict:
    return client.post_form("/sign-in/passkey/options").json


def show(client: Client, credential: str, wanted: str = ""):
    return client.post_form("/sign-in/passkey", {"credential": credential, "next": wanted})


def is_in(client: Client) -> bool:
    return client.get("/profile", headers=PAGE).status_code == 200


@pytest.fixture
def device(own) -> Authenticator:
    """A device whose passkey Ann has added."""
    device = Authenticator()
    assert add(own, device).location == PATH
    return device


def test_it_signs_in_without_a_password_and_counts_as_more_than_one(app: Flask, device):
    client = browser(app)
    assert show(client, device.get(ask(client)), "/wallet").location == "/wallet"
    assert is_in(client)
    with transaction(SIGN_IN) as session:
        assert {row.factor for row in session.query(UserSession)} == {"password", "passkey"}
        assert session.query(Passkey).one().sign_count == 1


def test_it_is_listed_and_told_by_mail(own, device):
    page = own.get(PATH, headers=PAGE).text
    assert '<bdi class="fw-semibold">Phone</bdi>' in page
    with transaction(TESTS) as session:
        letter = letter_of(session.query(Mail).one())
    assert letter.subject == "How you sign in to Aerostic has changed" and "A passkey was added." in letter.text


def test_what_the_browser_is_asked_for(own, ann, device):
    options = begin_adding(own)
    assert (options["rp"], options["user"]["name"]) == ({"id": "app.localhost", "name": "Aerostic"}, ANN)
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert len(options["excludeCredentials"]) == 1, "the one that is there is not made twice"


def test_adding_one_takes_the_password(own):
    assert own.post_form(f"{PATH}/start", {"current": "not this one"}).status_code == 422
    assert own.get(f"{PATH}/new", headers=PAGE).location == PATH
    assert own.post_form(f"{PATH}/new", {"name": "x", "credential": "{}"}).location == PATH


def test_a_removed_one_lets_nobody_in(app: Flask, own, device):
    [path] = re.findall(rf'action="({PATH}/[^"]+/remove)"', own.get(PATH, headers=PAGE).text)
    assert own.post_form(path).location == PATH
    assert own.post_form(path).status_code == 404
    client = browser(app)
    assert show(client, device.get(ask(client))).location == "/sign-in" and not is_in(client)


def test_nobody_removes_somebody_elses(app: Flask, own, device, shop):
    [path] = re.findall(rf'action="({PATH}/[^"]+/remove)"', own.get(PATH, headers=PAGE).text)
    ben = make_person(None, email="ben@shop.example", name="Ben")
    bens = browser(app)
    enter(bens, ben.id)
    assert bens.post_form(path).status_code == 404
    client = browser(app)
    assert show(client, device.get(ask(client))).status_code == 303 and is_in(client)


def test_an_answer_is_good_once_and_for_its_browser_only(app: Flask, device):
    first, second = browser(app), browser(app)
    answer = device.get(ask(first))
    ask(second)
    assert show(second, answer).location == "/sign-in" and not is_in(second)
    assert show(first, answer).location == "/"
    first.post_form("/sign-out")
    assert show(first, answer).location == "/sign-in" and not is_in(first)


def test_a_copy_of_an_older_state_is_refused(app: Flask, device):
    client = browser(app)
    show(client, device.get(ask(client)))
    device.count = 0
    client.post_form("/sign-out")
    assert show(client, device.get(ask(client))).location == "/sign-in" and not is_in(client)


def test_its_owner_has_to_unlock_it(app: Flask, own, device):
    client = browser(app)
    assert show(client, device.get(ask(client), flags=PRESENT)).location == "/sign-in" and not is_in(client)
    answer = Authenticator().create(begin_adding(own), flags=PRESENT)
    assert own.post_form(f"{PATH}/new", {"name": "x", "credential": answer}).status_code == 422


@pytest.mark.parametrize(("host", "origin"), [("evil.example", None), (None, "https://evil.example")])
def test_an_answer_for_another_site_is_refused(app: Flask, device, host, origin):
    device.host, device.origin = host or device.host, origin or device.origin
    client = browser(app)
    assert show(client, device.get(ask(client))).location == "/sign-in" and not is_in(client)


def test_on_another_host_it_is_not_known(app: Flask, own, device):
    reseller = make_reseller()
    with transaction(TESTS) as session:
        session.add(Host(name="keys.brand.example", reseller_id=reseller.id, verified_at=utcnow()))
    client = browser(app)
    client.host = device.host = "keys.brand.example"
    device.origin = "https://keys.brand.example"
    assert show(client, device.get(ask(client))).location == "/sign-in"


def test_an_account_that_is_off_gets_nowhere(app: Flask, device, ann):
    with transaction(TESTS) as session:
        session.get_one(User, ann.id).active = False
    client = browser(app)
    assert show(client, device.get(ask(client))).location == "/sign-in"


@pytest.mark.parametrize(
    "text",
    ["", "x", "null", "[]", "{}", '{"id": 1}', "[" * 16_000, "x" * 20_000, '{"id":"a","rawId":"a","response":{}}'],
)
def test_what_is_no_answer_is_refused_and_one_can_try_again(app: Flask, own, device, text):
    client = browser(app)
    ask(client)
    assert show(client, text).location == "/sign-in"
    begin_adding(own)
    assert own.post_form(f"{PATH}/new", {"name": "x", "credential": text}).status_code == 422
    assert add(own, Authenticator(), "Second").location == PATH
    assert show(client, device.get(ask(client))).location == "/" and is_in(client)


def test_every_byte_of_an_answer_counts(app: Flask, device):
    client = browser(app)
    wrong = 0
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        for at in range(0, 88, 8):
            answer = json.loads(device.get(ask(client)))
            text = answer["response"][part]
            if at >= len(text) - 4:
                break
            changed = {**answer["response"], part: text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]}
            wrong += show(client, json.dumps({**answer, "response": changed})).location == "/sign-in"
    assert wrong == 28 and not is_in(client)
    assert show(client, device.get(ask(client))).location == "/"


def test_wrong_tries_are_told_to_detectors(app: Flask, device):
    client = browser(app)
    ask(client)
    show(client, Authenticator().get(ask(client)))
    with transaction(TESTS) as session:
        events = [(row.type, row.data["factor"]) for row in session.query(OutboxEvent).order_by(OutboxEvent.position)]
    assert events == [("signin.failed", "passkey")]
