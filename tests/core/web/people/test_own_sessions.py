"""One's own sessions: seeing them, ending them, and hearing of new devices."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from aerostic.db import transaction, utcnow
from aerostic.identity.models import User
from aerostic.identity.session_models import UserSession
from aerostic.mail.models import Mail
from aerostic.mail.outbox import letter_of
from aerostic.testing.people import Client
from tests.support.factories import ANN, PASSWORD, TESTS, make_person, make_tenant

PAGE = {"Accept": "text/html"}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture(autouse=True)
def ann(app: Flask) -> User:
    return make_person(make_tenant(plugins=()).id)


def entered(app: Flask, agent: str = FIREFOX, address: str = "203.0.113.7", email: str = ANN) -> Client:
    """A browser in which somebody has signed in."""
    client = Client(app, app.response_class, use_cookies=True)
    where = {"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent}
    assert client.post_form("/sign-in", {"email": email, "password": PASSWORD}, environ_base=where).status_code == 303
    return client


def is_in(client: Client) -> bool:
    return client.get("/profile", headers=PAGE).status_code == 200


def mails() -> list:
    with transaction(TESTS) as session:
        return [(mail.recipient, letter_of(mail)) for mail in session.query(Mail).order_by(Mail.id)]


def test_each_session_is_listed_with_device_and_network(app: Flask):
    entered(app, IPHONE, "2001:db8:1:2:3::9")
    page = entered(app).get("/profile/sessions", headers=PAGE).text
    assert re.findall(r'fw-semibold"><bdi>([^<]+)</bdi>', page) == ["Firefox, Windows", "Safari, iPhone"]
    assert "203.0.113.0/24" in page and "2001:db8:1::/48" in page and "203.0.113.7" not in page
    assert page.count("This one") == 1


def test_a_device_that_says_nothing_of_itself_is_unknown(app: Flask):
    assert "Unknown device" in entered(app, "curl/8").get("/profile/sessions", headers=PAGE).text


def test_signing_in_again_takes_the_place_of_the_session_before(app: Flask):
    client = entered(app)
    client.post_form("/sign-in", {"email": ANN, "password": PASSWORD})
    with transaction(TESTS) as session:
        assert session.query(UserSession).count() == 1
    assert is_in(client)


def test_one_ends_at_once(app: Flask):
    phone, own = entered(app, IPHONE), entered(app)
    page = own.get("/profile/sessions", headers=PAGE).text
    [path] = re.findall(r'action="(/profile/sessions/[^"]+/end)"', page)
    assert own.post_form(path).location == "/profile/sessions"
    assert is_in(own) and not is_in(phone)
    assert own.post_form(path).status_code == 404


def test_all_others_end_at_once(app: Flask):
    others, own = [entered(app) for _ in range(2)], entered(app)
    assert own.post_form("/profile/sessions").location == "/profile/sessions"
    assert [is_in(client) for client in (*others, own)] == [False, False, True]


def test_nobody_ends_somebody_elses(app: Flask):
    ben = make_person(None, email="ben@shop.example", name="Ben")
    bens, own = entered(app, email="ben@shop.example"), entered(app)
    with transaction(TESTS) as session:
        row = session.query(UserSession).filter_by(user_id=ben.id).one()
    assert own.post_form(f"/profile/sessions/{row.id}/end").status_code == 404
    assert is_in(bens)


def test_a_page_that_asks_by_itself_keeps_no_session_going(app: Flask):
    client = entered(app)
    before = utcnow() - timedelta(minutes=5)

    def seen_after(path: str, **headers: str):
        with transaction(TESTS) as session:
            session.query(UserSession).one().seen_at = before
        client.get(path, headers={**PAGE, **headers})
        with transaction(TESTS) as session:
            return session.query(UserSession).one().seen_at

    assert seen_after("/profile", **{"X-Unattended": "1"}) == before
    assert seen_after("/live") == before
    assert seen_after("/profile") > before


def test_signing_out_leaves_nothing_to_go_on_with(app: Flask):
    client = entered(app)
    cookie = client.get_cookie("__Host-session", "app.localhost").value
    client.post_form("/sign-out")
    client.set_cookie("__Host-session", cookie, domain="app.localhost", secure=True)
    assert not is_in(client)
    with transaction(TESTS) as session:
        assert session.query(UserSession).all() == []


@pytest.mark.parametrize("value", ["", "not a session", "6f7c4d2e-8f8e-4c52-9c8b-000000000000", "1:2"])
def test_a_cookie_that_names_no_session_is_none(app: Flask, value):
    client = entered(app)
    with client.session_transaction(base_url="https://app.localhost") as session:
        session["_user_id"] = value
    assert client.get("/profile", headers=PAGE).location == "/sign-in?next=%2Fprofile"


def test_a_cookie_that_was_changed_is_none(app: Flask):
    client = entered(app)
    cookie = client.get_cookie("__Host-session", "app.localhost").value
    client.set_cookie("__Host-session", cookie[:-4] + "AAAA", domain="app.localhost", secure=True)
    assert not is_in(client)


def test_a_new_device_is_told_by_mail_and_the_first_and_a_known_one_are_not(app: Flask):
    first = entered(app)
    first.post_form("/sign-out")
    first.post_form("/sign-in", {"email": ANN, "password": PASSWORD})
    assert mails() == []
    entered(app, IPHONE)
    ((recipient, letter),) = mails()
    assert (recipient, letter.subject) == (ANN, "A new device signed in to your account on Aerostic")
    assert "Safari, iPhone" in letter.text and "203.0.113.0/24" in letter.text
    assert "http://app.localhost:8800/profile/sessions" in letter.text
    assert "203.0.113.7" not in letter.text + letter.html


def test_after_a_new_password_no_other_device_is_known(app: Flask):
    entered(app, IPHONE)
    own = entered(app)
    own.post_form("/profile/password", {"current": PASSWORD, "new": "a new one, longer"})
    assert is_in(own)
    own.post_form("/sign-out")
    answer = own.post_form("/sign-in", {"email": ANN, "password": "a new one, longer"})
    assert answer.status_code == 303 and len(mails()) == 1, "the one mail is of the second device"
