"""Hosts, signing in, and the gate in front of plugins, through the real application."""

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from aerostic.db import transaction, utcnow
from aerostic.identity.people import create_user
from aerostic.tenancy.models import Host, Member
from tests.support.factories import TESTS, make_reseller, make_tenant

APP = "https://app.localhost"
PASSWORD = "correct horse battery"


class FreshClient(FlaskClient):
    """Gives each request an empty `g`, which the fixture's open application context would let them share."""

    def open(self, *arguments, **named):
        vars(g).clear()
        return super().open(*arguments, **named)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = FreshClient
    return app.test_client()


def make_member(tenant_ids: list, email: str = "ann@shop.example", role: str = "owner"):
    with transaction(TESTS) as session:
        user = create_user(session, email=email, name="Ann", password=PASSWORD)
        session.add_all(Member(tenant_id=tenant, user_id=user.id, role=role) for tenant in tenant_ids)
    return user


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/session", base_url="https://app.evil.example").status_code == 421


def test_a_resellers_host_is_served_once_it_is_verified(client):
    reseller = make_reseller()
    with transaction(TESTS) as session:
        session.add(Host(name="chat.brand.example", reseller_id=reseller.id))
    assert client.post("/session", base_url="https://chat.brand.example", json={}).status_code == 421
    with transaction(TESTS) as session:
        session.query(Host).update({"verified_at": utcnow()})
    assert client.post("/session", base_url="https://chat.brand.example", json={}).status_code == 422


def test_signing_in_opens_the_only_tenant_of_a_person(client):
    tenant = make_tenant()
    make_member([tenant.id])
    answer = client.post("/session", base_url=APP, json={"email": " Ann@Shop.example", "password": PASSWORD})
    assert answer.json == {"name": "Ann", "tenants": [{"id": str(tenant.id), "role": "owner"}]}
    cookie = answer.headers["Set-Cookie"]
    assert (
        cookie.startswith("__Host-aerostic=") and "Secure" in cookie and "HttpOnly" in cookie and "Domain" not in cookie
    )


@pytest.mark.parametrize(
    ("email", "password"), [("ann@shop.example", "wrong password"), ("who@shop.example", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client, email, password):
    make_member([make_tenant().id])
    answer = client.post("/session", base_url=APP, json={"email": email, "password": password})
    assert (answer.status_code, answer.json) == (401, {"error": "The address or the password is wrong."})


def test_nobody_works_in_a_tenant_they_do_not_belong_to(client):
    mine, other = make_tenant(), make_tenant()
    make_member([mine.id])
    client.post("/session", base_url=APP, json={"email": "ann@shop.example", "password": PASSWORD})
    assert client.put("/session/tenant", base_url=APP, json={"id": str(other.id)}).status_code == 404
    assert client.put("/session/tenant", base_url=APP, json={"id": str(mine.id)}).status_code == 204


def test_raising_the_session_version_ends_every_session(client):
    user = make_member([make_tenant().id])
    client.post("/session", base_url=APP, json={"email": "ann@shop.example", "password": PASSWORD})
    with transaction(TESTS) as session:
        session.get_one(type(user), user.id).session_version += 1
    assert client.put("/session/tenant", base_url=APP, json={"id": "x"}).status_code == 401


def test_a_person_sees_what_the_role_permits_among_the_plugins_that_are_on(client):
    make_member([make_tenant(plugins=()).id], role="viewer")
    client.post("/session", base_url=APP, json={"email": "ann@shop.example", "password": PASSWORD})
    assert client.get("/session", base_url=APP).json["permissions"] == [
        "contacts.view",
        "templates.view",
        "wallet.view",
    ]


def test_an_area_says_that_it_is_running(client):
    assert client.get("/", base_url=APP).text.startswith("Aerostic")


def test_errors_are_short_json_without_a_trace(client):
    answer = client.get("/nowhere", base_url=APP)
    assert (answer.status_code, answer.json) == (404, {"error": "There is nothing here."})
