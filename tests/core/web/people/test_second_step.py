"""The second step of signing in, and setting it up: the code after the password, and nothing before it."""

import html
import re

import pytest
from flask import Flask
from pyotp import TOTP

from aerostic.db import transaction
from aerostic.db.models import OutboxEvent
from aerostic.identity import totp
from aerostic.identity.factor_models import Authenticator
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.session_models import UserSession
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import Client, enter
from tests.support.factories import ANN, PASSWORD, TESTS, make_person

PAGE = {"Accept": "text/html"}
NOW = 1_800_000_015
STEP = "/profile/second-step"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    times = [NOW]
    monkeypatch.setattr(totp, "time", lambda: times[0])
    return lambda seconds: times.__setitem__(0, times[0] + seconds)


def browser(app: Flask) -> Client:
    return Client(app, app.response_class, use_cookies=True)


def code(at: int = NOW) -> str:
    with transaction(SIGN_IN) as session:
        return TOTP(session.query(Authenticator).one().seed).at(at)


def set_up(client: Client) -> list[str]:
    """Turn it on by the pages. Answers the recovery codes."""
    client.post_form(f"{STEP}/start", {"current": PASSWORD})
    page = client.post_form(f"{STEP}/new", {"code": code()})
    assert page.status_code == 200
    return re.findall(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page.text)


def give_password(client: Client, wanted: str = ""):
    return client.post_form("/sign-in", {"email": ANN, "password": PASSWORD, "next": wanted})


def give_code(client: Client, text: str):
    return client.post_form("/sign-in/code", {"code": text})


def is_in(client: Client) -> bool:
    return client.get("/profile", headers=PAGE).status_code == 200


def factor() -> str:
    with transaction(SIGN_IN) as session:
        return session.query(UserSession).order_by(UserSession.id.desc()).first().factor


def test_the_picture_holds_what_the_app_reads_and_obeys_the_content_policy(own):
    assert own.post_form(f"{STEP}/start", {"current": PASSWORD}).location == f"{STEP}/new"
    answer = own.get(f"{STEP}/new", headers=PAGE)
    with transaction(SIGN_IN) as session:
        seed = session.query(Authenticator).one().seed
    assert html.unescape(answer.text).replace(" ", "").count(seed) == 1
    picture = answer.text[answer.text.index('<svg width="') :].partition("</svg>")[0]
    assert 'class="qr"' in picture and "style" not in picture and "data:" not in picture
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_setting_it_up_takes_the_password(own):
    assert own.post_form(f"{STEP}/start", {"current": "not this one"}).status_code == 422
    assert own.get(f"{STEP}/new", headers=PAGE).location == STEP


def test_a_wrong_first_code_changes_nothing(own):
    own.post_form(f"{STEP}/start", {"current": PASSWORD})
    answer = own.post_form(f"{STEP}/new", {"code": "000000"})
    assert answer.status_code == 422 and "This is not the code of now." in answer.text
    assert "Set it up" in own.get(STEP, headers=PAGE).text


def test_the_code_comes_after_the_password(app: Flask, own, clock):
    set_up(own)
    clock(60)
    client = browser(app)
    assert give_password(client, "/wallet").location == "/sign-in/code"
    assert not is_in(client) and client.get("/", headers=PAGE).location.startswith("/sign-in")
    assert client.get("/sign-in/code", headers=PAGE).status_code == 200
    assert give_code(client, code(NOW + 60)).location == "/wallet"
    assert is_in(client) and factor() == "totp"


def test_without_the_password_there_is_no_second_step(app: Flask, own):
    set_up(own)
    client = browser(app)
    assert client.get("/sign-in/code", headers=PAGE).location == "/sign-in"
    assert give_code(client, code()).location == "/sign-in"


@pytest.mark.parametrize("text", ["000000", "12345", "abc", "", "x" * 100, "\x00\x00", "' OR 1=1 --", "٠٠٠٠٠٠"])
def test_what_is_no_good_code_is_refused_and_one_can_try_again(app: Flask, own, clock, text):
    set_up(own)
    clock(60)
    client = browser(app)
    give_password(client)
    assert give_code(client, text).status_code == 422
    assert not is_in(client)
    assert give_code(client, code(NOW + 60)).status_code == 303 and is_in(client)


def test_a_code_that_was_used_is_refused(app: Flask, own, clock):
    set_up(own)
    clock(60)
    first, second = browser(app), browser(app)
    for client in (first, second):
        give_password(client)
    assert give_code(first, code(NOW + 60)).status_code == 303
    assert give_code(second, code(NOW + 60)).status_code == 422 and not is_in(second)


def test_a_recovery_code_does_it_once_and_says_how_many_are_left(app: Flask, own):
    codes = set_up(own)
    assert len(set(codes)) == 10
    client = browser(app)
    give_password(client)
    assert give_code(client, codes[0]).location == "/"
    assert "You have 9 recovery codes left." in client.get("/", headers=PAGE).text and factor() == "recovery"
    client = browser(app)
    give_password(client)
    assert give_code(client, codes[0]).status_code == 422


def test_who_guesses_codes_waits_from_wherever_and_a_known_device_does_not(app: Flask, own, clock):
    known = browser(app)
    give_password(known)
    known.post_form("/sign-out")
    set_up(own)
    clock(60)
    attackers = [browser(app) for _ in range(2)]
    for client in attackers:
        give_password(client)
    answers = [give_code(attackers[n % 2], f"{n:06d}").status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    give_password(known)
    assert give_code(known, code(NOW + 60)).status_code == 303


def test_a_new_password_ends_what_waits_for_its_second_step(app: Flask, own, clock):
    set_up(own)
    clock(60)
    client = browser(app)
    give_password(client)
    own.post_form("/profile/password", {"current": PASSWORD, "new": "a new one, longer"})
    assert give_code(client, code(NOW + 60)).location == "/sign-in" and not is_in(client)


def test_what_waits_is_no_session_and_a_session_waits_for_nothing(app: Flask, own, clock):
    set_up(own)
    client = browser(app)
    give_password(client)
    with client.session_transaction(base_url="https://app.localhost") as session:
        session["_user_id"], session["_fresh"] = session["waiting"], True
    assert not is_in(client)
    with own.session_transaction(base_url="https://app.localhost") as session:
        session["waiting"] = session["_user_id"]
    assert own.get("/sign-in/code", headers=PAGE).location == "/sign-in"


def test_it_is_turned_off_with_the_password(app: Flask, own):
    codes = set_up(own)
    assert own.post_form(f"{STEP}/off", {"current": "not this one"}).status_code == 422
    assert give_password(browser(app)).location == "/sign-in/code"
    assert own.post_form(f"{STEP}/off", {"current": PASSWORD}).location == STEP
    client = browser(app)
    assert give_password(client).location == "/" and is_in(client)
    assert codes


def test_new_recovery_codes_take_the_password(own):
    old = set_up(own)
    assert own.post_form(f"{STEP}/codes", {"current": "not this one"}).status_code == 422
    page = own.post_form(f"{STEP}/codes", {"current": PASSWORD}).text
    new = re.findall(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)
    assert len(new) == 10 and not set(new) & set(old)


def require(client: Client, **more: str):
    return client.post_form("/settings", {"name": "Shop", "zone": "UTC", "second_step": "1", **more})


def test_an_owner_asks_everybody_for_it_once_they_have_it_themselves(app: Flask, own, shop, ann):
    answer = require(own)
    assert answer.status_code == 422 and "Set it up in your own profile first" in answer.text
    set_up(own)
    assert require(own).location == "/settings"
    assert own.get("/", headers=PAGE).status_code == 200
    agent = browser(app)
    user = make_person(shop.id, email="ben@shop.example", name="Ben", role="agent")
    enter(agent, user.id, shop.id)
    assert agent.get("/", headers=PAGE).location == STEP
    assert f"{shop_name(shop)} opens only to who signs in with a second step." in agent.get(STEP, headers=PAGE).text
    agent.post_form(f"{STEP}/start", {"current": PASSWORD})
    with transaction(SIGN_IN) as session:
        seed = session.query(Authenticator).filter_by(user_id=user.id).one().seed
    assert agent.post_form(f"{STEP}/new", {"code": TOTP(seed).at(NOW)}).status_code == 200
    assert agent.get("/", headers=PAGE).status_code == 200
    agent.post_form(f"{STEP}/off", {"current": PASSWORD})
    assert agent.get("/", headers=PAGE).location == STEP


def shop_name(shop: Tenant) -> str:
    with transaction(TESTS) as session:
        return session.get_one(Tenant, shop.id).name


def test_an_admin_changes_nothing_about_it(app: Flask, shop, ann):
    client = browser(app)
    user = make_person(shop.id, email="ben@shop.example", name="Ben", role="admin")
    with transaction(TESTS) as session:
        session.get_one(Tenant, shop.id).second_step = True
    enter(client, user.id, shop.id, factor="totp")
    assert "second_step" not in client.get("/settings", headers=PAGE).text
    assert client.post_form("/settings", {"name": "Shop", "zone": "UTC"}).location == "/settings"
    with transaction(TESTS) as session:
        assert session.get_one(Tenant, shop.id).second_step


def test_no_code_stands_in_an_event_or_a_log(app: Flask, own, caplog, clock):
    codes = set_up(own)
    clock(60)
    client = browser(app)
    give_password(client)
    typed = ("192837", codes[0], code(NOW + 60))
    for text in typed[:1]:
        give_code(client, text)
    give_code(client, typed[2])
    with transaction(TESTS) as session:
        told = str([event.data for event in session.query(OutboxEvent)]) + caplog.text
    assert [word for word in (*typed, PASSWORD, ANN) if word in told] == []
