"""API keys: shown once, kept as digests, chosen permissions, revoked and expired."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask

from aerostic.db import new_id, service_scope, tenant_scope, transaction, utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.identity.keys import KeyRefusedError, NewKey, create_key, list_keys, recognise, revoke_key
from aerostic.security.masking.credentials import mask_credentials
from tests.support.factories import make_tenant

ALL = ("contacts.view", "contacts.edit")


def make_key(tenant_id, **values: Any) -> NewKey:
    defaults = {"name": "Shop", "permissions": ["contacts.view"], "granted": ALL, "created_by": new_id()}
    with transaction(tenant_scope(tenant_id)) as session:
        return create_key(session, tenant_id, **{**defaults, **values})


@pytest.fixture
def tenant_id(app: Flask):
    return make_tenant().id


def test_a_key_is_recognised_by_its_text(tenant_id):
    made = make_key(tenant_id)
    found = recognise(made.text)
    assert (found.id, found.tenant_id, found.permissions) == (made.row.id, tenant_id, ["contacts.view"])
    assert made.text.startswith(f"ak_{made.row.prefix}_")


def test_its_secret_is_nowhere(tenant_id, admin: "psycopg.Connection[Any]"):
    made = make_key(tenant_id)
    secret = made.text.rpartition("_")[2][-12:]
    (row,) = admin.execute("SELECT api_key::text FROM api_key").fetchone()
    assert secret not in row
    assert secret not in repr(made)
    assert secret not in mask_credentials(f"key {made.text} was sent")


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"), str.upper, lambda text: "", str.lower]
)
def test_another_text_is_not(tenant_id, change):
    made = make_key(tenant_id)
    with pytest.raises(KeyRefusedError, match="There is no such API key"):
        recognise(change(made.text))


def test_a_revoked_key_is_not(tenant_id):
    made = make_key(tenant_id)
    for _ in range(2):
        with transaction(tenant_scope(tenant_id)) as session:
            revoke_key(session, tenant_id, made.row.id)
    with pytest.raises(KeyRefusedError, match="was revoked"):
        recognise(made.text)


def test_an_expired_key_is_not(tenant_id):
    assert recognise(make_key(tenant_id, expires_at=utcnow() + timedelta(minutes=1)).text)
    with pytest.raises(KeyRefusedError, match="has expired"):
        recognise(make_key(tenant_id, expires_at=utcnow()).text)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_key_has_a_name(tenant_id, name):
    with pytest.raises(ValueError, match="a key's name has 1 to 100 characters"):
        make_key(tenant_id, name=name)


@pytest.mark.parametrize("permissions", [[], ["contacts.view", "wallet.view"]])
def test_nobody_gives_away_what_they_have_not(tenant_id, permissions):
    with pytest.raises(ValueError, match="none that its maker lacks"):
        make_key(tenant_id, permissions=permissions)


def test_another_tenant_neither_sees_nor_revokes_it(tenant_id):
    made = make_key(tenant_id)
    other = make_tenant().id
    with transaction(tenant_scope(other)) as session:
        assert list_keys(session, other) == list_keys(session, tenant_id) == []
        with pytest.raises(LookupError):
            revoke_key(session, tenant_id, made.row.id)


def test_keys_are_listed_the_newest_first(tenant_id):
    made = [make_key(tenant_id).row.id for _ in range(3)]
    with transaction(tenant_scope(tenant_id)) as session:
        assert [row.id for row in list_keys(session, tenant_id)] == made[::-1]


def test_other_services_do_not_see_them(tenant_id):
    make_key(tenant_id)
    with transaction(service_scope("sign-in")) as session:
        assert session.query(ApiKey).all() == []
