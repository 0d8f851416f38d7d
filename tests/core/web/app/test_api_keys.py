"""The pages of API keys: made and shown once, listed, revoked."""

import re

import pytest
from flask import Flask

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.identity.key_entry import KeyRefusedError, recognise
from aerostic.identity.key_models import ApiKey
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


def test_a_key_can_be_let_see_whole_phones(owner):
    page = owner.post_form(f"{KEYS}/new", wish(permissions=["contacts.view", "contacts.reveal"]))
    assert page.status_code == 200
    assert 'value="contacts.reveal"' in owner.get(f"{KEYS}/new", headers=PAGE).text


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


def key_of(owner: Client, **values):
    return recognise(text_of(owner.post_form(f"{KEYS}/new", wish(**values))), "203.0.113.7")


def test_a_key_ends_with_the_day_that_was_chosen(owner):
    key = key_of(owner, days="date", until="2099-03-31")
    assert f"{key.expires_at:%Y-%m-%d %H:%M}" == "2099-03-31 23:59"


@pytest.mark.parametrize("until", ["", "2020-01-01", "2020-13-01"])
def test_a_day_that_is_past_or_none_is_told(owner, until):
    page = owner.post_form(f"{KEYS}/new", wish(days="date", until=until))
    assert (page.status_code, 'id="e-until"' in page.text) == (422, True)


def test_addresses_are_kept_in_their_usual_form(owner):
    key = key_of(owner, allowed="203.0.113.7/24, 2001:DB8::1\n203.0.113.0/24", per_minute="60")
    assert (key.allowed, key.per_minute) == (["203.0.113.0/24", "2001:db8::1/128"], 60)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"allowed": "203.0.113.7 shop.example"}, "shop.example is no address."),
        ({"allowed": " ".join(f"10.0.{n}.0/24" for n in range(51))}, "At most 50 addresses."),
        ({"per_minute": "601"}, "At most 600."),
        ({"per_minute": "0"}, "Enter 1 or more."),
    ],
)
def test_limits_that_are_none_are_told(owner, change, words):
    page = owner.post_form(f"{KEYS}/new", wish(**change))
    assert (page.status_code, words in page.text) == (422, True)


def test_a_key_is_changed_on_its_page(owner):
    key = key_of(owner)
    page = owner.get(f"{KEYS}/{key.id}", headers=PAGE).text
    assert f"ak_{key.prefix}_" in page and "See contacts" in page and "203.0.113.0/24" in page
    answer = owner.post_form(f"{KEYS}/{key.id}", {"name": "Till", "allowed": "198.51.100.1", "per_minute": "5"})
    assert (answer.status_code, answer.location) == (303, KEYS)
    listed = owner.get(KEYS, headers=PAGE).text
    assert "Till" in listed and "198.51.100.1/32" in listed


def test_a_new_secret_is_shown_once_and_the_old_one_goes_on(owner):
    old = text_of(owner.post_form(f"{KEYS}/new", wish()))
    key = recognise(old)
    page = owner.post_form(f"{KEYS}/{key.id}/rotate", {"hours": "24", "version": "1"})
    new = text_of(page)
    assert "The old secret is good until" in page.text and page.headers["Cache-Control"] == "private, no-store"
    assert recognise(new).id == recognise(old).id == key.id
    again = owner.post_form(f"{KEYS}/{key.id}/rotate", {"hours": "0", "version": "1"})
    assert (again.status_code, again.location) == (303, f"{KEYS}/{key.id}")
    shown = owner.get(again.location, headers=PAGE).text
    assert "got a new secret meanwhile" in shown and new not in shown and recognise(old)


def test_the_old_secret_ends_at_once_where_that_is_wished(owner):
    old = text_of(owner.post_form(f"{KEYS}/new", wish()))
    page = owner.post_form(f"{KEYS}/{recognise(old).id}/rotate", {"hours": "0", "version": "1"})
    assert "The old secret is good no more." in page.text
    with pytest.raises(KeyRefusedError):
        recognise(old)


@pytest.mark.parametrize("data", [{"hours": "2", "version": "1"}, {"hours": "1"}])
def test_a_rotation_that_no_page_offers_is_refused(owner, data):
    assert owner.post_form(f"{KEYS}/{key_of(owner).id}/rotate", data).status_code == 422


def test_a_revoked_key_is_shown_and_not_changed(owner):
    key = key_of(owner)
    owner.post_form(f"{KEYS}/{key.id}/revoke")
    assert "This key is good no more." in owner.get(f"{KEYS}/{key.id}", headers=PAGE).text
    assert owner.post_form(f"{KEYS}/{key.id}", {"name": "Till"}).status_code == 404
    assert owner.post_form(f"{KEYS}/{key.id}/rotate", {"hours": "1", "version": "1"}).status_code == 303


def test_keys_of_others_are_neither_shown_nor_changed(app, owner):
    key, other = key_of(owner), sign_in(app, new_tenant(), "owner", HOST)
    assert other.get(f"{KEYS}/{key.id}", headers=PAGE).status_code == 404
    assert other.post_form(f"{KEYS}/{key.id}", {"name": "Till"}).status_code == 404
    assert other.post_form(f"{KEYS}/{key.id}/rotate", {"hours": "1", "version": "1"}).status_code == 404
