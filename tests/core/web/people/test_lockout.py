"""Guessing at passwords: who guesses waits longer and longer, and nobody else does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from aerostic.db import transaction
from aerostic.db.models import OutboxEvent
from aerostic.identity.emails import email_index
from aerostic.registry import runtime
from aerostic.testing.people import Client
from aerostic.web.people.lockout import Lockout
from aerostic.web.people.signing_in import BY_VISITOR
from tests.support.factories import ANN, PASSWORD, TESTS, make_person, make_tenant

PAGE = {"Accept": "text/html"}
OWN, ATTACKER = "203.0.113.7", "198.51.100.66"


@pytest.fixture(autouse=True)
def ann(app: Flask):
    return make_person(make_tenant(plugins=()).id)


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app, app.response_class, use_cookies=True)


def enter(client: Client, password: str = PASSWORD, email: str = ANN, *, address: str = OWN):
    sent = {"email": email, "password": password}
    return client.post_form("/sign-in", sent, environ_base={"REMOTE_ADDR": address})


def guess(client: Client, times: int, email: str = ANN, *, address: str = ATTACKER) -> list[int]:
    return [enter(client, f"guess number {n}", email, address=address).status_code for n in range(times)]


def end_pauses() -> None:
    for key in runtime().redis.scan_iter(match="*:lockout:*:pause"):
        runtime().redis.delete(key)


def test_after_five_wrong_passwords_one_waits_even_with_the_right_one(client):
    assert guess(client, 6) == [422] * 5 + [429]
    answer = enter(client, address=ATTACKER)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 30
    assert "That was wrong too often. Wait a minute, then try again." in answer.text and ANN in answer.text


def test_each_further_guess_makes_the_wait_twice_as_long_up_to_an_hour(client):
    guess(client, 5)
    waits = []
    for _ in range(9):
        end_pauses()
        guess(client, 1)
        waits.append(int(enter(client, address=ATTACKER).headers["Retry-After"]))
    assert [round(wait / 30) for wait in waits] == [2, 4, 8, 16, 32, 64, 120, 120, 120]


def test_an_unknown_address_waits_the_same(client):
    assert guess(client, 6, "nobody@shop.example") == [422] * 5 + [429]


def test_an_attacker_elsewhere_makes_nobody_wait(client, app: Flask):
    guess(Client(app, app.response_class, use_cookies=True), 20)
    assert enter(client).status_code == 303


def test_nor_one_at_the_same_address_whom_the_device_is_known(client, app: Flask):
    assert enter(client).status_code == 303
    client.post_form("/sign-out")
    attacker = Client(app, app.response_class, use_cookies=True)
    guess(attacker, 20, address=OWN)
    for _ in range(61):
        BY_VISITOR.spend(OWN)
    assert enter(attacker, email="other@shop.example", address=OWN).status_code == 429
    assert enter(client).status_code == 303


def test_a_known_device_waits_for_its_own_guesses_wherever_it_is(client):
    enter(client)
    client.post_form("/sign-out")
    assert guess(client, 5, address=OWN) == [422] * 5
    assert enter(client, address=ATTACKER).status_code == 429


@pytest.mark.parametrize("cookie", ["x", "t" * 43, "t" * 4000, "' OR 1=1 --"])
def test_a_made_up_device_is_none(client, cookie):
    client.set_cookie("__Host-device", cookie, domain="app.localhost", secure=True)
    assert guess(client, 5) == [422] * 5
    assert enter(client, address=ATTACKER).status_code == 429
    assert enter(client).status_code == 303


def test_the_right_password_ends_the_counting(client):
    for _ in range(3):
        assert guess(client, 4, address=OWN) == [422] * 4
        assert enter(client).status_code == 303


def test_of_many_tries_at_once_no_more_get_through(app: Flask):
    lockout = Lockout("test", 5)

    def attempt(_: int) -> int:
        with app.app_context():
            return lockout.begin("account", "origin")

    with ThreadPoolExecutor(8) as threads:
        assert sum(wait == 0 for wait in threads.map(attempt, range(64))) == 5


def test_detectors_are_told_without_a_name_or_an_address(client):
    enter(client, "not the right one")
    enter(client)
    with transaction(TESTS) as session:
        events = session.query(OutboxEvent).order_by(OutboxEvent.position).all()
    assert [event.type for event in events] == ["signin.failed", "signin.succeeded"]
    assert {(event.tenant_id, event.key) for event in events} == {(None, email_index(ANN).hex())}
    told = str([event.data for event in events])
    assert [word for word in (ANN, "Ann", OWN, "not the right one", PASSWORD) if word in told] == []
    assert {event.data["factor"] for event in events} == {"password"}
