"""What pages show to whom detection holds back."""

import pytest
from flask import Flask
from redis import Redis

from aerostic.identity.models import User
from aerostic.registry import runtime
from aerostic.security.restrictions import EXTENSION, Restrictions
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import Client, enter
from aerostic.web.sessions import COOKIE
from tests.support.factories import ANN, PASSWORD, make_person, make_tenant
from tests.support.flags import DECISION, flag, flag_address, lift

PAGE = {"Accept": "text/html"}
HERE = "127.0.0.1"


def test_a_blocked_address_sees_a_page_that_says_what_to_do(own: Client) -> None:
    flag_address(HERE, "block")
    answer = own.get("/profile", headers=PAGE)
    assert answer.status_code == 403
    assert "Your network is blocked for now" in answer.text
    assert "You can use another network meanwhile." in answer.text
    assert DECISION in answer.text
    assert own.get("/profile", headers=PAGE, environ_base={"REMOTE_ADDR": "198.51.100.9"}).status_code == 200


def test_nobody_can_sign_in_from_there_either(app: Flask, ann: User) -> None:
    flag_address(HERE, "block")
    visitor = Client(app, app.response_class, use_cookies=True)
    assert visitor.get("/sign-in", headers=PAGE).status_code == 403
    assert visitor.post_form("/sign-in", {"email": ann.email, "password": PASSWORD}).status_code == 403


def test_programs_are_told_in_json(own: Client) -> None:
    flag_address(HERE, "block")
    answer = own.get("/profile", headers={"Accept": "application/json"})
    assert (answer.status_code, list(answer.json)) == (403, ["error"])


def test_the_platforms_own_people_can_still_lift_it(app: Flask) -> None:
    staff = make_person(None, email="root@platform.example", staff="platform")
    client = Client(app, app.response_class, use_cookies=True)
    client.host = "admin.localhost"
    enter(client, staff.id)
    flag_address(HERE, "block")
    flag("user", staff.id, "challenge")
    assert client.get("/overview", headers=PAGE).status_code == 200


def test_files_are_served_to_everybody(own: Client) -> None:
    flag_address(HERE, "block")
    assert own.get("/static/none.css").status_code == 404


def test_a_doubted_person_is_asked_for_the_password_and_goes_on(own: Client, ann: User) -> None:
    flag("user", ann.id, "challenge")
    answer = own.get("/profile?tab=1", headers=PAGE)
    assert (answer.status_code, answer.location) == (303, "/sign-in/again?next=%2Fprofile%3Ftab%3D1")
    page = own.get(answer.location, headers=PAGE)
    assert "Something odd was seen in your account." in page.text
    wrong = own.post_form("/sign-in/again", {"proof": "not this", "next": "/profile?tab=1"})
    assert (wrong.status_code, "This is not your password." in wrong.text) == (422, True)
    right = own.post_form("/sign-in/again", {"proof": PASSWORD, "next": "/profile?tab=1"})
    assert (right.status_code, right.location) == (303, "/profile?tab=1")
    assert own.get("/profile", headers=PAGE).status_code == 200


def test_another_session_of_theirs_is_asked_by_itself(app: Flask, own: Client, ann: User, shop: Tenant) -> None:
    other = Client(app, app.response_class, use_cookies=True)
    enter(other, ann.id, shop.id)
    flag("user", ann.id, "challenge")
    own.post_form("/sign-in/again", {"proof": PASSWORD})
    assert own.get("/profile", headers=PAGE).status_code == 200
    assert other.get("/profile", headers=PAGE).status_code == 303


def test_who_guesses_waits(own: Client, ann: User) -> None:
    flag("user", ann.id, "challenge")
    answers = [own.post_form("/sign-in/again", {"proof": f"guess {n}"}).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_form_that_is_posted_meanwhile_is_not_done(own: Client, ann: User) -> None:
    flag("user", ann.id, "challenge")
    answer = own.post_form("/profile", {"name": "Somebody else"})
    assert (answer.status_code, answer.location) == (303, "/sign-in/again")
    part = own.get("/profile", headers=PAGE | {"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/sign-in/again")


def test_who_is_not_doubted_is_not_asked(own: Client) -> None:
    assert own.get("/sign-in/again", headers=PAGE).location == "/"


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("freeze", "Nothing is sent from this workspace at the moment."),
        ("pause", "Campaigns of this workspace are paused at the moment."),
        ("slow", "Campaigns of this workspace are sent slowly at the moment."),
    ],
)
def test_every_page_of_a_workspace_says_what_is_held_back(own: Client, shop: Tenant, action: str, words: str) -> None:
    assert 'href="/security"' not in own.get("/", headers=PAGE).text.split("<main")[0].split("topbar")[1]
    flag("tenant", shop.id, action)  # type: ignore[arg-type]
    page = own.get("/", headers=PAGE)
    assert (page.status_code, words in page.text, "Why, and what to do" in page.text) == (200, True, True)
    lift("tenant", shop.id)
    assert words not in own.get("/", headers=PAGE).text


def test_where_redis_cannot_be_asked_pages_are_served(app: Flask, own: Client, ann: User) -> None:
    flag("user", ann.id, "challenge")
    kept = app.extensions.pop(EXTENSION, None)
    app.extensions[EXTENSION] = Restrictions(Redis(port=1, socket_connect_timeout=0.2), runtime().settings.redis_prefix)
    try:
        assert own.get("/profile", headers=PAGE).status_code == 200
    finally:
        app.extensions.pop(EXTENSION)
        if kept:
            app.extensions[EXTENSION] = kept


def test_who_guesses_with_a_stolen_session_makes_its_owner_wait_on_no_device_of_their_own(app: Flask) -> None:
    ann = make_person(make_tenant(plugins=()).id)
    own, thief = (Client(app, app.response_class, use_cookies=True) for _ in range(2))
    own.post_form("/sign-in", {"email": ANN, "password": PASSWORD})
    stolen = own.get_cookie(COOKIE, domain=own.host)
    assert stolen is not None
    thief.set_cookie(COOKIE, stolen.value, domain=thief.host, secure=True)
    flag("user", ann.id, "challenge")
    guesses = [thief.post_form("/sign-in/again", {"proof": f"guess {n}"}).status_code for n in range(6)]
    assert guesses == [422] * 5 + [429]
    assert own.post_form("/sign-in/again", {"proof": PASSWORD}).status_code == 303
