"""The settings of a workspace."""

import pytest
from flask import Flask

from aerostic.db import transaction
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import Client, sign_in
from tests.support.factories import TESTS, make_tenant

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"


@pytest.fixture
def tenant(app: Flask) -> Tenant:
    return make_tenant(plugins=(), name="Corner Shop", country="DE")


@pytest.fixture
def owner(app: Flask, tenant) -> Client:
    return sign_in(app, tenant.id, "owner", HOST)


def read(tenant: Tenant) -> tuple[str, str, str, int]:
    with transaction(TESTS) as session:
        row = session.get_one(Tenant, tenant.id)
        return row.name, row.zone, row.country, row.version


def test_name_zone_and_country_are_saved(owner, tenant):
    assert "Corner Shop" in owner.get("/settings", headers=PAGE).text
    sent = {"name": "Corner Café", "zone": "Asia/Tokyo", "country": "JP"}
    assert owner.post_form("/settings", sent).location == "/settings"
    assert read(tenant) == ("Corner Café", "Asia/Tokyo", "JP", tenant.version + 1)


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("zone", "Mars/Olympus"), ("zone", ""), ("country", "XX")])
def test_what_is_wrong_is_told_and_nothing_is_saved(owner, tenant, field, value):
    answer = owner.post_form("/settings", {"name": "Typed", "zone": "UTC", "country": "DE", field: value})
    assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text
    assert field == "name" or 'value="Typed"' in answer.text
    assert read(tenant)[0] == "Corner Shop"


def test_only_who_may_changes_them(app: Flask, tenant):
    marketer = sign_in(app, tenant.id, "marketer", HOST)
    assert marketer.get("/settings", headers=PAGE).status_code == 403
    assert marketer.post_form("/settings", {"name": "Mine", "zone": "UTC"}).status_code == 403


def test_times_are_in_the_workspaces_zone_where_a_person_has_chosen_none(owner):
    owner.post_form("/settings", {"name": "Corner Shop", "zone": "Asia/Tokyo", "country": "JP"})
    assert "+0900" in owner.get("/team", headers=PAGE).text


def test_a_suspended_workspace_is_closed_and_says_so(owner, tenant):
    with transaction(TESTS) as session:
        session.get_one(Tenant, tenant.id).status = "suspended"
    for path in ("/", "/settings", "/team", "/wallet"):
        answer = owner.get(path, headers=PAGE)
        assert answer.status_code == 403 and "This workspace is suspended" in answer.text
    assert owner.post_form("/settings", {"name": "X", "zone": "UTC"}).status_code == 403
    assert owner.get("/wallet", headers={**PAGE, "HX-Request": "true"}).headers["HX-Redirect"] == "/"
    assert owner.get("/workspaces", headers=PAGE).status_code == 200
    assert read(tenant)[0] == "Corner Shop"
