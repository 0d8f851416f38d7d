"""API keys: shown once, kept as digests, chosen permissions, revoked and expired."""

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask

from aerostic.db import new_id, service_scope, tenant_scope, transaction, utcnow
from aerostic.identity.key_entry import KeyElsewhereError, KeyRefusedError, recognise
from aerostic.identity.key_models import ApiKey
from aerostic.identity.keys import (
    KeyStandsError,
    Limits,
    NewKey,
    change_key,
    create_key,
    list_keys,
    revoke_key,
    rotate_key,
)
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
    secret = made.text[-12:]
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


def rotate(tenant_id, made: NewKey, version: int = 1, **overlap: int) -> NewKey:
    with transaction(tenant_scope(tenant_id)) as session:
        return rotate_key(session, tenant_id, made.row.id, version=version, overlap=timedelta(**overlap))


def acts(admin: "psycopg.Connection[Any]") -> list[str]:
    return [name for (name,) in admin.execute("SELECT body::jsonb ->> 'action' FROM audit_entry ORDER BY seq")]


def test_a_new_secret_opens_what_the_old_one_did(tenant_id):
    made = make_key(tenant_id)
    new = rotate(tenant_id, made, hours=1)
    assert new.text != made.text and new.text.startswith(f"ak_{made.row.prefix}_")
    assert recognise(new.text).id == recognise(made.text).id == made.row.id
    assert recognise(new.text).permissions == ["contacts.view"]


def test_the_old_secret_ends_with_its_time(tenant_id):
    made = make_key(tenant_id)
    new = rotate(tenant_id, made, hours=0)
    with pytest.raises(KeyRefusedError, match="has a new secret"):
        recognise(made.text)
    assert recognise(new.text)


def test_only_the_secret_before_is_good_beside_the_new_one(tenant_id):
    made = make_key(tenant_id)
    second = rotate(tenant_id, made, days=7)
    third = rotate(tenant_id, made, version=2, days=7)
    assert recognise(second.text) and recognise(third.text)
    with pytest.raises(KeyRefusedError, match="There is no such API key"):
        recognise(made.text)


def test_of_two_who_rotate_at_once_one_is_told(app, tenant_id):
    made, outcomes, start = make_key(tenant_id), [], threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes.append(rotate(tenant_id, made, hours=1).text)
            except KeyStandsError as error:
                outcomes.append(str(error)[:32])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (text,) = [outcome for outcome in outcomes if outcome.startswith("ak_")]
    assert sorted(outcomes)[:3] == ["This key got a new secret meanwh"] * 3
    assert recognise(text) and recognise(made.text)


def test_a_key_that_is_good_no_more_gets_no_new_secret(tenant_id):
    for made in (make_key(tenant_id, expires_at=utcnow()), make_key(tenant_id)):
        with transaction(tenant_scope(tenant_id)) as session:
            revoke_key(session, tenant_id, made.row.id)
        with pytest.raises(KeyStandsError, match="good no more"):
            rotate(tenant_id, made, hours=1)


def test_revoking_and_expiry_hold_for_the_old_secret_too(tenant_id):
    made = make_key(tenant_id)
    rotate(tenant_id, made, days=7)
    with transaction(tenant_scope(tenant_id)) as session:
        revoke_key(session, tenant_id, made.row.id)
    with pytest.raises(KeyRefusedError, match="was revoked"):
        recognise(made.text)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("203.0.113.7", True),
        ("::ffff:203.0.113.9", True),
        ("2001:db8:0:1::5", True),
        ("203.0.114.1", False),
        ("2001:db8:1::1", False),
        ("", False),
        ("unix:", False),
    ],
)
def test_a_key_is_good_from_its_addresses_alone(tenant_id, address, good):
    limits = Limits(["203.0.113.9/24", "2001:db8::/48"])
    made = make_key(tenant_id, limits=limits)
    assert made.row.allowed == ["203.0.113.0/24", "2001:db8::/48"]
    if good:
        assert recognise(made.text, address).id == made.row.id
    else:
        with pytest.raises(KeyElsewhereError, match="not allowed from your address"):
            recognise(made.text, address)


def test_of_the_last_use_only_the_network_is_kept(tenant_id):
    made = make_key(tenant_id)
    assert recognise(made.text, "203.0.113.7").network == "203.0.113.0/24"


@pytest.mark.parametrize(
    "limits", [Limits(["203.0.113"]), Limits(per_minute=0), Limits([f"10.0.{n}.0/24" for n in range(51)])]
)
def test_limits_that_are_none_are_refused(tenant_id, limits):
    with pytest.raises(ValueError, match=r"203\.0\.113|at least one|at most 50"):
        make_key(tenant_id, limits=limits)


def test_every_act_is_in_the_audit_log_and_no_secret(tenant_id, admin: "psycopg.Connection[Any]"):
    made = make_key(tenant_id)
    for limits in (Limits(["203.0.113.7"], 60), Limits(["203.0.113.7"], 60)):  # the second changes nothing
        with transaction(tenant_scope(tenant_id)) as session:
            change_key(session, tenant_id, made.row.id, name="Shop", limits=limits)
    new = rotate(tenant_id, made, hours=1)
    with transaction(tenant_scope(tenant_id)) as session:
        revoke_key(session, tenant_id, made.row.id)
    assert acts(admin) == ["key.created", "key.changed", "key.rotated", "key.revoked"]
    bodies = "".join(body for (body,) in admin.execute("SELECT body FROM audit_entry"))
    assert [text.rpartition("_")[2] in bodies for text in (made.text, new.text)] == [False, False]


def test_another_tenant_neither_changes_nor_rotates_it(tenant_id):
    made, other = make_key(tenant_id), make_tenant().id
    with transaction(tenant_scope(other)) as session:
        with pytest.raises(LookupError):
            change_key(session, tenant_id, made.row.id, name="Mine", limits=Limits())
        with pytest.raises(LookupError):
            rotate_key(session, tenant_id, made.row.id, version=1, overlap=timedelta())
