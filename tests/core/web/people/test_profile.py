"""One's own profile."""

import pytest
from flask import Flask

from aerostic.db import transaction
from aerostic.identity.models import User
from aerostic.identity.people import sign_in as check
from aerostic.testing.people import PASSWORD, Client, new_tenant, sign_in
from tests.support.factories import TESTS

PAGE = {"Accept": "text/html"}
NEW = "a new one, longer"


@pytest.fixture
def client(app: Flask) -> Client:
    return sign_in(app, new_tenant(), "viewer", "app.localhost")


def me() -> User:
    with transaction(TESTS) as session:
        return session.query(User).one()


def test_what_one_prefers_is_saved_and_shows(client):
    sent = {"name": "Änne", "locale": "de", "zone": "Asia/Tokyo", "mode": "dark", "density": "compact"}
    assert client.post_form("/profile", sent).location == "/profile"
    user = me()
    assert {name: getattr(user, name) for name in sent} == sent
    page = client.get("/profile", headers=PAGE).text
    assert 'lang="de"' in page and 'data-bs-theme="dark"' in page and 'data-density="compact"' in page


@pytest.mark.parametrize(
    ("field", "value"), [("zone", "Mars/Olympus"), ("locale", "xx"), ("mode", "blue"), ("name", "")]
)
def test_what_is_not_offered_is_refused_and_the_rest_is_kept(client, field, value):
    answer = client.post_form("/profile", {"name": "Änne", "zone": "Asia/Tokyo", field: value})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert me().name == "Kit"


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(app: Flask, client):
    email = me().email
    other = Client(app, app.response_class, use_cookies=True)
    other.post_form("/sign-in", {"email": email, "password": PASSWORD})
    wrong = client.post_form("/profile/password", {"current": "not this one", "new": NEW})
    assert wrong.status_code == 422 and "This is not your password." in wrong.text and NEW not in wrong.text
    assert client.post_form("/profile/password", {"current": PASSWORD, "new": NEW}).location == "/profile"
    assert check(email, NEW) and not check(email, PASSWORD)
    assert client.get("/profile", headers=PAGE).status_code == 200
    assert other.get("/profile", headers=PAGE).location == "/sign-in?next=%2Fprofile"


def test_a_password_that_is_easily_guessed_is_refused_and_all_stays(client):
    answer = client.post_form("/profile/password", {"current": PASSWORD, "new": "iloveyou123"})
    assert answer.status_code == 422 and "This password is easy to guess" in answer.text
    assert check(me().email, PASSWORD) and client.get("/profile", headers=PAGE).status_code == 200


def test_who_guesses_at_the_old_one_waits(client):
    answers = [client.post_form("/profile/password", {"current": f"guess {n}", "new": NEW}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]


def test_all_other_sessions_end(app: Flask, client):
    other = Client(app, app.response_class, use_cookies=True)
    other.post_form("/sign-in", {"email": me().email, "password": PASSWORD})
    assert client.post_form("/profile/sessions").location == "/profile/sessions"
    assert client.get("/profile", headers=PAGE).status_code == 200
    assert other.get("/profile", headers=PAGE).status_code == 303


def test_it_is_for_who_is_signed_in(app: Flask):
    stranger = Client(app, app.response_class, use_cookies=True)
    assert stranger.get("/profile", headers=PAGE).location == "/sign-in?next=%2Fprofile"
    assert stranger.post_form("/profile", {"name": "X"}).location == "/sign-in"
