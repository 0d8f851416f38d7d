"""What the API answers to whom detection holds back."""

from collections.abc import Iterable, Mapping

import pytest
from flask import Flask

from aerostic.security.restrictions import Restriction, Restrictions
from aerostic.tenancy.models import Tenant
from aerostic.testing.api import ApiClient, api_client
from tests.support.factories import make_tenant
from tests.support.flags import flag, flag_address, lift

CONTACTS = "/api/v1/contacts"
HERE = "127.0.0.1"


@pytest.fixture
def tenant(app: Flask) -> Tenant:
    """A workspace."""
    return make_tenant()


@pytest.fixture
def api(app: Flask, tenant: Tenant) -> ApiClient:
    """A program of it."""
    return api_client(app, tenant.id)


def code(answer: object) -> tuple[int, str]:
    """Status and code."""
    return answer.status_code, answer.json["error"]["code"]  # type: ignore[attr-defined]


def key_id(api: ApiClient, tenant: Tenant) -> str:
    """The id of the program's key."""
    from sqlalchemy import select

    from aerostic.db import tenant_scope, transaction
    from aerostic.identity.key_models import ApiKey

    with transaction(tenant_scope(tenant.id)) as session:
        return str(session.scalars(select(ApiKey.id)).one())


def test_nobody_is_heard_from_a_blocked_address(api: ApiClient) -> None:
    flag_address(HERE, "block")
    answer = api.get(CONTACTS)
    assert code(answer) == (403, "address_blocked")
    assert 590 <= int(answer.headers["Retry-After"]) <= 600
    assert "Wait as many seconds as Retry-After says" in answer.json["error"]["message"]


def test_not_even_who_has_no_key(api: ApiClient) -> None:
    assert code(api.get(CONTACTS, headers={"Authorization": "Bearer x"})) == (401, "unauthorized")
    flag_address(HERE, "block")
    assert code(api.get(CONTACTS, headers={"Authorization": "Bearer x"})) == (403, "address_blocked")


def test_other_addresses_are_heard(api: ApiClient) -> None:
    flag_address("198.51.100.9", "block")
    assert api.get(CONTACTS).status_code == 200


def test_a_key_that_is_switched_off_says_what_to_do_until_its_flag_ends(api: ApiClient, tenant: Tenant) -> None:
    own = key_id(api, tenant)
    flag("key", own, "disable")
    answer = api.get(CONTACTS)
    assert code(answer) == (403, "key_disabled")
    assert "security centre" in answer.json["error"]["message"]
    lift("key", own)
    assert api.get(CONTACTS).status_code == 200


@pytest.mark.parametrize("subject", ["key", "address"])
def test_who_is_slowed_has_a_tenth_of_the_pace(api: ApiClient, tenant: Tenant, subject: str) -> None:
    assert api.get(CONTACTS).headers["RateLimit-Limit"] == "600"
    if subject == "key":
        flag("key", key_id(api, tenant), "slow")
    else:
        flag_address(HERE, "slow")
    assert api.get(CONTACTS).headers["RateLimit-Limit"] == "60"


def test_a_frozen_workspace_is_read_and_not_written(api: ApiClient, tenant: Tenant) -> None:
    flag("tenant", tenant.id, "freeze")
    assert api.get(CONTACTS).status_code == 200
    answer = api.post(CONTACTS, json={"phone": "+4915112345678"})
    assert code(answer) == (403, "frozen")
    assert "where you can object" in answer.json["error"]["message"]
    lift("tenant", tenant.id)
    assert api.post(CONTACTS, json={"phone": "+4915112345678"}).status_code == 201


def test_another_workspace_is_not_concerned(app: Flask, api: ApiClient) -> None:
    other = make_tenant()
    flag("tenant", other.id, "freeze")
    flag("key", key_id(api_client(app, other.id), other), "disable")
    assert api.post(CONTACTS, json={"phone": "+4915112345678"}).status_code == 201


def test_being_watched_changes_nothing(api: ApiClient, tenant: Tenant) -> None:
    flag_address(HERE, "watch")
    flag("key", key_id(api, tenant), "watch")
    flag("tenant", tenant.id, "watch")
    answer = api.post(CONTACTS, json={"phone": "+4915112345678"})
    assert (answer.status_code, answer.headers["RateLimit-Limit"]) == (201, "600")


def test_all_flags_of_a_request_are_one_question(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    of = Restrictions.of

    def counted(flags: Restrictions, subjects: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Restriction]:
        asked.append(subjects)
        return of(flags, subjects)

    monkeypatch.setattr(Restrictions, "of", counted)
    api.get(CONTACTS)
    assert len(asked) == 1
