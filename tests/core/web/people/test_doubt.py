"""Signing in where detection has its doubts: a second step, or a link by mail; and what detectors are told of each try."""

import re
from typing import Any

import pytest
from flask import Flask

from aerostic.db import transaction
from aerostic.identity.emails import email_index
from aerostic.identity.models import User
from aerostic.identity.people import set_password
from aerostic.identity.scope import SIGN_IN
from aerostic.mail.models import Mail
from aerostic.streams.observed import where
from aerostic.streams.observed.kinds import OBSERVATIONS
from aerostic.testing.people import Client
from tests.support.factories import ANN, PASSWORD, TESTS, make_person, make_tenant
from tests.support.flags import flag, flag_address
from tests.support.observed import observing

PAGE = {"Accept": "text/html"}
OWN, OTHER = "203.0.113.7", "198.51.100.66"


@pytest.fixture(autouse=True)
def ann(app: Flask) -> User:
    """Somebody without a second step."""
    return make_person(make_tenant(plugins=()).id)


def browser(app: Flask) -> Client:
    """A device that nobody knows."""
    return Client(app, app.response_class, use_cookies=True)


def account() -> str:
    """What stands for Ann's address."""
    return email_index(ANN).hex()


def enter(client: Client, password: str = PASSWORD, address: str = OWN) -> Any:
    """Try to sign in."""
    sent = {"email": ANN, "password": password, "next": "/profile"}
    return client.post_form("/sign-in", sent, environ_base={"REMOTE_ADDR": address})


def is_in(client: Client) -> bool:
    """Whether she is signed in there."""
    return client.get("/profile", headers=PAGE).status_code == 200


def link() -> str:
    """The path of the link in the last mail."""
    with transaction(TESTS) as session:
        mail = session.query(Mail).filter_by(kind="sign_in_link").order_by(Mail.id.desc()).first()
        assert mail is not None
        found = re.search(r"/sign-in/link/[\w-]+", mail.content["text"])
    assert found is not None
    return found[0]


@pytest.mark.parametrize("subject", ["account", "address"])
def test_a_right_password_on_a_new_device_is_not_enough_without_the_link(app: Flask, subject: str) -> None:
    if subject == "account":
        flag("account", account(), "challenge")
    else:
        flag_address(OWN, "challenge")
    thief, owner = browser(app), browser(app)
    answer = enter(thief)
    assert (answer.status_code, answer.location) == (303, "/sign-in/sent")
    assert "we have sent a link to your address" in thief.get("/sign-in/sent", headers=PAGE).text
    assert is_in(thief) is False
    path = link()
    assert owner.get(path, headers=PAGE).status_code == 200
    assert is_in(owner) is False  # a program that looks at mail has not signed in
    entered = owner.post_form(path)
    assert (entered.status_code, entered.location) == (303, "/profile")
    assert (is_in(owner), is_in(thief)) == (True, False)


def test_the_link_is_good_once_and_on_its_own_host(app: Flask) -> None:
    flag("account", account(), "challenge")
    enter(browser(app))
    path = link()
    stranger = browser(app)
    stranger.host = "admin.localhost"
    assert stranger.post_form(path).status_code == 404
    client = browser(app)
    assert client.post_form(path).status_code == 404
    assert "Sign in again, and another one is sent to you." in client.get(path, headers=PAGE).text


def test_a_known_device_passes(app: Flask) -> None:
    client = browser(app)
    enter(client)
    client.post_form("/sign-out")
    flag("account", account(), "challenge")
    assert enter(client).location == "/profile"


def test_no_more_than_three_mails_are_sent(app: Flask) -> None:
    flag("account", account(), "challenge")
    for _ in range(4):
        enter(browser(app))
    with transaction(TESTS) as session:
        assert session.query(Mail).filter_by(kind="sign_in_link").count() == 3


def test_a_blocked_account_waits_in_the_usual_words_even_with_the_right_password(app: Flask) -> None:
    flag("account", account(), "block", seconds=290)
    answer = enter(browser(app))
    assert answer.status_code == 429
    assert "That was wrong too often. Wait 5 minutes, then try again." in answer.text


def test_from_a_slowed_address_a_tenth_of_the_tries_is_let_through(app: Flask) -> None:
    flag_address(OTHER, "slow")
    client = browser(app)
    tries = [
        client.post_form(
            "/sign-in",
            {"email": f"{n}@shop.example", "password": "guess"},
            environ_base={"REMOTE_ADDR": OTHER},
        ).status_code
        for n in range(8)
    ]
    assert tries == [422] * 6 + [429] * 2


def test_each_try_is_told_with_what_became_of_it(app: Flask, ann: User) -> None:
    client = browser(app)
    with observing() as observed:
        enter(client, "wrong")
        enter(client)
        client.post_form("/sign-out")
        enter(client)
        client.post_form("/sign-out")
        flag("account", account(), "block")
        enter(browser(app))
        told = observed.of("signin.tried")
    place = where(OWN)
    assert [(one["outcome"], one["factor"], one["user"]) for one in told] == [
        ("wrong", "password", ""),
        ("right", "password", str(ann.id)),
        ("right", "password", str(ann.id)),
        ("refused", "password", ""),
    ]
    assert {(one["account"], one["address"], one["subnet"]) for one in told} == {
        (account(), place.address, place.subnet)
    }
    assert [one["known"] for one in told] == [False, False, True, False]
    (kind,) = (kind for kind in OBSERVATIONS if kind.name == "signin.tried")
    assert {frozenset(one) for one in told} == {frozenset(kind.data)}


def test_a_new_password_ends_the_link(app: Flask, ann: User) -> None:
    flag("account", account(), "challenge")
    enter(browser(app))
    path = link()
    with transaction(SIGN_IN) as session:
        set_password(session, session.get_one(User, ann.id), "four words nobody expected")
    client = browser(app)
    assert (client.post_form(path).status_code, is_in(client)) == (404, False)


def test_who_attacks_an_account_keeps_its_owner_out_on_no_device_that_it_knows(app: Flask) -> None:
    client = browser(app)
    enter(client)
    client.post_form("/sign-out")
    flag("account", account(), "block")
    assert enter(browser(app)).status_code == 429
    assert enter(client, "wrong").status_code == 422
    assert enter(client).location == "/profile"
