"""The page "Data and retention": what would go is shown before anything is saved."""

import re

import pytest
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.rights.retention.rules import kept
from aerostic.testing.people import Client, sign_in
from tests.support.factories import make_contact, make_tenant

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"
SENT = {
    "messaging_contents": "",
    "messaging_conversations": "",
    "messaging_silent_contacts": "",
    "messaging_refused_rows": "30",
    "messaging_rejected_webhooks": "30",
    "flows_runs": "90",
}


@pytest.fixture
def tenant_id(app: Flask):
    return make_tenant(plugins=()).id


@pytest.fixture
def owner(app: Flask, tenant_id) -> Client:
    return sign_in(app, tenant_id, "owner", HOST)


def days(tenant_id):
    with transaction(tenant_scope(tenant_id)) as session:
        return {one.kind.name.partition(".")[2]: one.days for one in kept(session, tenant_id)}


def seen(answer) -> str:
    return re.search(r'name="seen" value="([^"]*)"', answer.text)[1]


def test_what_would_go_is_shown_first_and_saved_then(owner, tenant_id):
    make_contact(tenant_id, created_at="2020-01-01T00:00:00Z", updated_at="2020-01-01T00:00:00Z")
    sent = {**SENT, "messaging_silent_contacts": "365", "messaging_refused_rows": "7"}
    first = owner.post_form("/settings/data", sent)
    assert (first.status_code, days(tenant_id)["silent_contacts"]) == (200, None)
    assert ["One would go now." in first.text, "Nothing would go now." in first.text] == [True, True]
    second = owner.post_form("/settings/data", {**sent, "seen": seen(first)})
    assert (second.status_code, second.location) == (303, "/settings/data")
    assert (days(tenant_id)["silent_contacts"], days(tenant_id)["refused_rows"]) == (365, 7)
    assert 'value="365"' in owner.get("/settings/data", headers=PAGE).text


def test_what_was_changed_after_it_was_shown_is_shown_again(owner, tenant_id):
    first = owner.post_form("/settings/data", {**SENT, "messaging_contents": "365"})
    again = owner.post_form("/settings/data", {**SENT, "messaging_contents": "30", "seen": seen(first)})
    assert (again.status_code, seen(again) != seen(first), days(tenant_id)["contents"]) == (200, True, None)


def test_nothing_changed_is_saved_at_once(owner, tenant_id):
    before = days(tenant_id)
    assert owner.post_form("/settings/data", SENT).status_code == 303
    assert days(tenant_id) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("messaging_contents", "29"),
        ("messaging_contents", "3651"),
        ("messaging_contents", "ten"),
        ("messaging_contents", "0"),
        ("messaging_refused_rows", ""),
        ("messaging_refused_rows", "366"),
    ],
)
def test_what_is_out_of_bounds_is_told_and_nothing_is_saved(owner, tenant_id, field, value):
    before = days(tenant_id)
    answer = owner.post_form("/settings/data", {**SENT, field: value})
    assert (answer.status_code, f'href="#f-{field}"' in answer.text, days(tenant_id)) == (422, True, before)


@pytest.mark.parametrize("role", ["viewer", "agent", "marketer"])
def test_only_owners_and_admins_see_it(app: Flask, tenant_id, role):
    client = sign_in(app, tenant_id, role, HOST)
    answers = [client.get("/settings/data", headers=PAGE), client.post_form("/settings/data", SENT)]
    assert [answer.status_code for answer in answers] == [403, 403]
