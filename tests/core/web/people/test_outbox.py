"""The outbox: seen by the platform's people, and on one's own machine by whoever tries the product without a mail server."""

import pytest
from flask import Flask
from pydantic import SecretStr

from aerostic.db import transaction
from aerostic.identity.people import create_user
from aerostic.mail import outbox
from aerostic.mail.models import Mail
from aerostic.mail.outbox import Letter
from aerostic.registry import runtime
from aerostic.testing.people import PASSWORD, Client, new_tenant, sign_in
from tests.support.factories import TESTS

PAGE = {"Accept": "text/html"}
LINK = "http://app.localhost:8800/invites/abc"


@pytest.fixture
def stranger(app: Flask) -> Client:
    return Client(app, app.response_class, use_cookies=True)


@pytest.fixture
def platform(app: Flask) -> Client:
    with transaction(TESTS) as session:
        create_user(session, email="root@p.example", name="Root", password=PASSWORD, staff="platform")
    client = Client(app, app.response_class, use_cookies=True)
    client.host = "admin.localhost"
    client.post_form("/sign-in", {"email": "root@p.example", "password": PASSWORD})
    return client


@pytest.fixture
def serves_mail(monkeypatch):
    monkeypatch.setattr(runtime().settings, "smtp_url", SecretStr("smtp://localhost:9"))


def make_mail() -> str:
    with transaction(TESTS) as session:
        letter = Letter("bea@shop.example", "Join us", f"Open {LINK} to join.", "<p>x</p>", "House")
        outbox.post(session, letter, kind="invitation")
        return str(session.query(Mail).one().id)


def test_on_ones_own_machine_a_stranger_opens_the_mail(app: Flask, stranger):
    mail = make_mail()
    page = stranger.get("/outbox", headers=PAGE).text
    assert "Join us" in page and f"/outbox/{mail}" in page
    assert f'<a href="{LINK}"' in stranger.get(f"/outbox/{mail}", headers=PAGE).text


def test_where_mail_is_sent_nobody_but_the_recipient_reads_it(app: Flask, serves_mail, stranger, platform):
    mail = make_mail()
    for client in (stranger, sign_in(app, new_tenant(), "owner", "app.localhost")):
        assert client.get("/outbox", headers=PAGE).status_code == 404
        assert client.get(f"/outbox/{mail}", headers=PAGE).status_code == 404
    page = platform.get(f"/outbox/{mail}", headers=PAGE).text
    assert "bea@shop.example" in page and "Waiting" in page
    assert LINK not in page and "Join us" not in page


def test_under_a_real_domain_it_is_closed(app: Flask, stranger, monkeypatch):
    make_mail()
    monkeypatch.setattr(runtime().settings, "domain", "house.example")
    stranger.host = "app.house.example"
    assert stranger.get("/outbox", headers=PAGE).status_code == 404


def test_it_is_closed_to_other_machines(app: Flask, stranger):
    make_mail()
    assert stranger.get("/outbox", headers=PAGE, environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 404


def test_the_platforms_people_see_how_mail_fares(platform, stranger):
    make_mail()
    page = platform.get("/outbox?state=kept", headers=PAGE).text
    assert "bea@shop.example" in page and "Kept here" in page
    assert "bea@shop.example" not in platform.get("/outbox?state=failed", headers=PAGE).text
    stranger.host = "admin.localhost"
    assert stranger.get("/outbox", headers=PAGE).location == "/sign-in?next=%2Foutbox"
