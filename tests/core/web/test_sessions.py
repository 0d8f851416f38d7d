"""Hosts, signing in and out, and choosing a workspace, through the real application."""

import pytest
from flask import Flask

from aerostic.db import transaction, utcnow
from aerostic.identity.people import create_user
from aerostic.registry import runtime
from aerostic.tenancy.models import Host, Member
from aerostic.testing.people import Client
from tests.support.factories import TESTS, make_reseller, make_tenant

PASSWORD = "correct horse battery"
PAGE = {"Accept": "text/html"}


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app, app.response_class, use_cookies=True)


def make_member(tenant_ids: list, email: str = "ann@shop.example", role: str = "owner", **values):
    with transaction(TESTS) as session:
        user = create_user(session, email=email, name="Ann", password=PASSWORD, **values)
        session.add_all(Member(tenant_id=tenant, user_id=user.id, role=role) for tenant in tenant_ids)
    return user


def enter(client: Client, email: str = "ann@shop.example", password: str = PASSWORD, **more: str):
    return client.post_form("/sign-in", {"email": email, "password": password, **more})


def test_a_host_that_is_not_ours_is_refused(client):
    client.host = "app.evil.example"
    assert client.get("/sign-in", headers=PAGE).status_code == 421


def test_a_resellers_host_is_served_once_it_is_verified(client):
    reseller = make_reseller()
    client.host = "chat.brand.example"
    with transaction(TESTS) as session:
        host = Host(name="chat.brand.example", reseller_id=reseller.id)
        session.add(host)
    assert client.get("/sign-in", headers=PAGE).status_code == 421


def test_a_verified_host_of_a_reseller_is_served(client):
    reseller = make_reseller()
    client.host = "talk.brand.example"
    with transaction(TESTS) as session:
        session.add(Host(name="talk.brand.example", reseller_id=reseller.id, verified_at=utcnow()))
    assert client.get("/sign-in", headers=PAGE).status_code == 200


def test_signing_in_opens_the_only_workspace_of_a_person(client):
    make_member([make_tenant(name="Corner Shop").id])
    answer = enter(client, " Ann@Shop.example")
    assert (answer.status_code, answer.location) == (303, "/")
    cookies = {cookie.partition("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"__Host-session", "__Host-device"}
    for cookie in cookies.values():
        assert "Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie and "Domain" not in cookie
    assert "Corner Shop" in client.get("/", headers=PAGE).text


@pytest.mark.parametrize(
    ("email", "password"), [("ann@shop.example", "wrong password"), ("who@shop.example", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client, email, password):
    make_member([make_tenant().id])
    answer = enter(client, email, password)
    assert answer.status_code == 422
    assert "The address or the password is wrong." in answer.text
    assert f'value="{email}"' in answer.text and password not in answer.text


def test_who_has_several_workspaces_chooses_one_and_only_of_ones_own(client):
    mine, second, other = make_tenant(name="First"), make_tenant(name="Second"), make_tenant(name="Other")
    make_member([mine.id, second.id])
    assert enter(client).location == "/workspaces"
    page = client.get("/workspaces", headers=PAGE).text
    assert "First" in page and "Second" in page and "Other" not in page
    assert client.post_form("/workspaces", {"id": str(other.id)}).status_code == 404
    assert client.post_form("/workspaces", {"id": str(second.id)}).location == "/"
    assert "Second" in client.get("/", headers=PAGE).text


def test_on_a_resellers_host_only_its_workspaces_open(client):
    reseller = make_reseller()
    theirs, others = make_tenant(reseller_id=reseller.id), make_tenant()
    make_member([theirs.id, others.id])
    with transaction(TESTS) as session:
        session.add(Host(name="open.brand.example", reseller_id=reseller.id, verified_at=utcnow()))
    client.host = "open.brand.example"
    assert enter(client).location == "/"
    assert client.post_form("/workspaces", {"id": str(others.id)}).status_code == 404


def test_signing_out_ends_the_session(client):
    make_member([make_tenant().id])
    enter(client)
    assert client.post_form("/sign-out").location == "/sign-in"
    assert client.get("/", headers=PAGE).location == "/sign-in?next=%2F"


def test_one_goes_back_to_where_one_came_from(client):
    make_member([make_tenant().id])
    assert enter(client, next="/wallet?kind=hold").location == "/wallet?kind=hold"


@pytest.mark.parametrize(
    "where",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "/%0a\n/evil.example",
        "/a\\b",
        "javascript:alert(1)",
        "evil.example",
        "",
    ],
)
def test_and_never_to_another_host(client, where):
    make_member([make_tenant().id])
    assert enter(client, next=where).location == "/"


def test_platform_staff_sign_in_on_admin_hosts_and_nobody_else_does(client):
    make_member([], "root@platform.example", staff="platform")
    make_member([make_tenant().id])
    assert enter(client, "root@platform.example").status_code == 422
    client.host = "admin.localhost"
    assert enter(client).status_code == 422
    assert enter(client, "root@platform.example").location == "/overview"


def test_a_resellers_staff_sign_in_at_its_host_and_the_platforms_and_at_no_other_resellers(client):
    mine, other = make_reseller(), make_reseller()
    make_member([], "staff@mine.example", staff="reseller", reseller_id=mine.id)
    with transaction(TESTS) as session:
        for name, reseller in (("mine.example", mine), ("other.example", other)):
            session.add(Host(name=name, reseller_id=reseller.id, verified_at=utcnow()))
    for host, location in (("app.localhost", "/reseller"), ("mine.example", "/reseller"), ("other.example", None)):
        client.host = host
        assert (host, enter(client, "staff@mine.example").location) == (host, location)


def test_who_guesses_at_many_addresses_waits(client):
    answers = [enter(client, f"{n}@shop.example") for n in range(61)]
    assert [answer.status_code for answer in answers][-2:] == [422, 429]


def test_the_right_password_is_never_held_against_anybody(client):
    make_member([make_tenant().id])
    assert {enter(client).status_code for _ in range(2)} == {303}
    assert [key for name in ("patience", "lockout") for key in runtime().redis.scan_iter(match=f"*:{name}:*")] == []


def test_an_expired_form_says_so(client):
    answer = client.post("/sign-in", data={"email": "a", "password": "b", "csrf_token": "old"}, headers=PAGE)
    assert answer.status_code == 419 and "This form has expired" in answer.text


def test_a_session_of_one_host_is_none_on_another(client):
    make_member([make_tenant().id])
    enter(client)
    client.host = "admin.localhost"
    assert client.get("/overview", headers=PAGE).location == "/sign-in?next=%2Foverview"
