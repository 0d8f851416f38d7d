"""The pages of API keys: made and shown once, listed, revoked."""

import re

import pytest
from flask import Flask

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.identity.key_models import ApiKey
from aerostic.identity.keys import KeyRefusedError, recognise
from aerostic.testing.people import Client, new_tenant, sign_in

PAGE = {"Accept": "text/html"}
KEYS = "/settings/keys"
HOST = "app.localhost"


@pytest.fixture
def tenant(app: Flask):
    return new_tenant(("campaigns",))


@pytest.fixture
def owner(app: Flask, tenant) -> Client:
    return sign_in(app, tenant, "owner", HOST)


def wish(**values):
    return {"form_key": str(new_id()), "name": "Shop", "days": "90", "permissions": ["contacts.view"], **values}


def text_of(page) -> str:
    return re.search(r">(ak_\w+?_[\w-]{43})<", page.text)[1]


def test_a_key_is_made_shown_once_and_good(owner, tenant):
    page = owner.post_form(f"{KEYS}/new", wish(permissions=["contacts.view", "campaigns.view"]))
    text = text_of(page)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert recognise(text).permissions == ["campaigns.view", "contacts.view"]
    listed = owner.get(KEYS, headers=PAGE).text
    assert text not in listed
    assert text[:16] in listed and "See contacts" in listed and "Active" in listed


@pytest.mark.parametrize(("days", "left"), [("0", None), ("30", 30)])
def test_a_key_lasts_as_long_as_was_wished(owner, days, left):
    key = recognise(text_of(owner.post_form(f"{KEYS}/new", wish(days=days))))
    assert (key.expires_at and (key.expires_at - key.created_at).days) in (left, left and left - 1)


def test_sending_the_form_twice_makes_one_key(owner, tenant):
    data = wish()
    owner.post_form(f"{KEYS}/new", data)
    again = owner.post_form(f"{KEYS}/new", data)
    assert (again.status_code, again.location) == (303, KEYS)
    assert "made already" in owner.get(KEYS, headers=PAGE).text
    with transaction(tenant_scope(tenant)) as session:
        assert session.query(ApiKey).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"days": "9999"}, "days"), ({"permissions": []}, "permissions")],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(owner, change, field):
    page = owner.post_form(f"{KEYS}/new", wish(**{"name": "My shop", **change}))
    assert page.status_code == 422
    assert f'id="e-{field}"' in page.text
    assert ("My shop" in page.text) == ("name" not in change)


@pytest.mark.parametrize("name", ["nothing.such", "members.edit"])
def test_nobody_gives_away_more_than_is_offered(owner, name):
    assert f'value="{name}"' not in owner.get(f"{KEYS}/new", headers=PAGE).text
    assert owner.post_form(f"{KEYS}/new", wish(permissions=[name])).status_code == 422


def test_a_plugins_permissions_are_offered_while_it_is_on(app, owner):
    assert 'value="campaigns.launch"' in owner.get(f"{KEYS}/new", headers=PAGE).text
    without = sign_in(app, new_tenant(), "owner", HOST)
    assert 'value="campaigns.launch"' not in without.get(f"{KEYS}/new", headers=PAGE).text


def test_a_revoked_key_is_good_no_more(owner):
    text = text_of(owner.post_form(f"{KEYS}/new", wish()))
    key = recognise(text)
    answer = owner.post_form(f"{KEYS}/{key.id}/revoke")
    assert (answer.status_code, answer.location) == (303, KEYS)
    with pytest.raises(KeyRefusedError):
        recognise(text)
    assert "Revoked" in owner.get(KEYS, headers=PAGE).text


def test_keys_of_others_are_neither_seen_nor_revoked(app, owner):
    key = recognise(text_of(owner.post_form(f"{KEYS}/new", wish())))
    other = sign_in(app, new_tenant(), "owner", HOST)
    assert key.prefix not in other.get(KEYS, headers=PAGE).text
    assert other.post_form(f"{KEYS}/{key.id}/revoke").status_code == 404


@pytest.mark.parametrize("role", ["marketer", "agent", "viewer"])
def test_others_than_owners_and_admins_have_none(app, tenant, role):
    person = sign_in(app, tenant, role, HOST)
    assert [person.get(path, headers=PAGE).status_code for path in (KEYS, f"{KEYS}/new")] == [403, 403]
    assert person.post_form(f"{KEYS}/new", wish()).status_code == 403
