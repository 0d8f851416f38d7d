"""The pages of secrets: kept, replaced and deleted by owners and admins, and never shown again."""

from uuid import UUID

import pytest
from flask import Flask

from aerostic.sdk import tenant_scope, transaction
from aerostic.testing.people import Client, sign_in
from tests.plugins.aerostic_http.scenes import TOKEN, keep_secret, secrets, secrets_of
from tests.support.factories import make_tenant

HOST, HERE, PAGE = "app.localhost", "/p/http/secrets", {"Accept": "text/html"}
NEW = {"name": "shop", "value": TOKEN, "hosts": "API.shop.example\n*.crm.example"}


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return make_tenant(plugins=("http",)).id


@pytest.fixture
def owner(app: Flask, tenant: UUID) -> Client:
    return sign_in(app, tenant, "owner", HOST)


def test_one_is_added_and_its_value_is_on_no_page(owner: Client, tenant: UUID):
    assert "No secrets yet" in owner.get(HERE, headers=PAGE).text
    assert owner.post_form(f"{HERE}/new", NEW).location == HERE
    with transaction(tenant_scope(tenant)) as session:
        (secret,) = secrets.listed(session, tenant)
        assert (secret.value, secret.hosts) == (TOKEN, ["api.shop.example", "*.crm.example"])
    for path in (HERE, f"{HERE}/{secret.id}"):
        page = owner.get(path, headers=PAGE).text
        assert ("api.shop.example" in page, TOKEN in page, "tok&#34;en" in page) == (True, False, False)


def test_what_is_wrong_is_told_at_its_field_and_the_value_is_not_sent_back(owner: Client, tenant: UUID):
    for wrong, said in (
        ({"name": "Shop Token"}, "Write small letters"),
        ({"value": "short"}, "too short"),
        ({"value": "two\nlines-of-a-secret"}, "one line"),
        ({"hosts": "https://x"}, "This is no host"),
        ({"hosts": ""}, "needed"),
    ):
        answer = owner.post_form(f"{HERE}/new", {**NEW, **wrong})
        assert (answer.status_code, said in answer.text, TOKEN in answer.text) == (422, True, False), wrong
    keep_secret(tenant)
    assert "secret of this name already" in owner.post_form(f"{HERE}/new", NEW).text
    assert secrets_of(tenant) == ["shop"]


def test_a_value_is_replaced_and_left_out_it_stays(owner: Client, tenant: UUID):
    path = f"{HERE}/{keep_secret(tenant).id}"
    for sent, value in (
        ({"hosts": "a.example.com"}, TOKEN),
        ({"hosts": "a.example.com", "value": "new-value-1"}, "new-value-1"),
    ):
        assert owner.post_form(path, sent).status_code == 303
        with transaction(tenant_scope(tenant)) as session:
            secret = secrets.named(session, tenant, "shop")
            assert (secret.value, secret.hosts) == (value, ["a.example.com"])
    assert owner.post_form(f"{path}/delete").location == HERE
    assert secrets_of(tenant) == []


def test_nobody_else_sees_or_changes_them(app: Flask, tenant: UUID):
    path = f"{HERE}/{keep_secret(tenant).id}"
    other = sign_in(app, make_tenant(plugins=("http",)).id, "owner", HOST)
    for role in ("marketer", "agent", "viewer"):
        client = sign_in(app, tenant, role, HOST)
        assert [client.get(one, headers=PAGE).status_code for one in (HERE, f"{HERE}/new", path)] == [403, 403, 403]
        assert client.post_form(f"{path}/delete").status_code == 403
    assert [other.get(path, headers=PAGE).status_code, other.post_form(f"{path}/delete").status_code] == [404, 404]
    assert "No secrets yet" in other.get(HERE, headers=PAGE).text
    assert secrets_of(tenant) == ["shop"]
