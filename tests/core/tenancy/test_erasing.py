"""Crypto-erasure of a tenant: nobody reads its data again, the others read theirs, and it can be proven."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.audit.verifying import verify_all
from aerostic.db import new_id, service_scope, tenant_scope, transaction
from aerostic.keys.rotating import SCOPE, owners, rotate
from aerostic.messaging.inbound.endpoints import find
from aerostic.messaging.inbound.later import Later
from aerostic.messaging.models import ChannelAccount, Contact
from aerostic.registry import runtime
from aerostic.security.envelope import Place
from aerostic.security.errors import KeyDestroyedError
from aerostic.security.vault import blind_index, keyring, seal_text
from aerostic.tenancy.erasing import StillWorkingError, erase
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import tenants_with
from aerostic.testing.people import sign_in
from tests.core.keys.people import acts, data_keys, expected, opened, people
from tests.core.keys.test_reencrypting import STATUS
from tests.support.factories import TESTS, make_account


def suspend(tenant_id: UUID) -> None:
    with transaction(SCOPE) as session:
        session.get_one(Tenant, tenant_id).status = "suspended"


def test_what_it_had_opens_no_more_and_the_others_read_on(app: Flask) -> None:
    tenant_id, other = people(2), people(2)
    suspend(tenant_id)
    erase(tenant_id)
    with transaction(tenant_scope(tenant_id)) as session:
        contact = session.scalars(select(Contact)).first()
        assert contact is not None
        refused: list[Callable[[], Any]] = [
            lambda: contact.phone,
            lambda: contact.email,
            lambda: seal_text(Place("contact", "phone", tenant_id, new_id()), "x"),
            lambda: blind_index(tenant_id, "contact.phone", "x"),
        ]
        for attempt in refused:
            with pytest.raises(KeyDestroyedError, match="erased"):
                attempt()
    assert opened(other) == expected(2)


def test_old_keys_are_destroyed_too_and_those_of_the_audit_chain_are_not(app: Flask) -> None:
    tenant_id = people(1)
    rotate(tenant_id)
    erase(tenant_id, confirmed=True)
    states = {purpose: [key.state for key in data_keys(tenant_id, purpose)] for purpose in ("data", "index", "audit")}
    assert states == {"data": ["destroyed"] * 2, "index": ["destroyed"], "audit": ["active"]}
    assert tenant_id not in owners()
    assert rotate(tenant_id) is None


def test_the_certificate_stands_in_both_chains_and_is_given_again(app: Flask) -> None:
    tenant_id = people(1)
    keys = [
        f"{key.purpose} 1 0x{key.id.hex()}" for purpose in ("data", "index") for key in data_keys(tenant_id, purpose)
    ]
    certificate = erase(tenant_id, confirmed=True)
    said = {"keys": keys, "erased_at": certificate.erased_at.isoformat(), "digest": certificate.digest}
    assert orjson.loads(certificate.body()) == {"tenant": str(tenant_id), **{k: said[k] for k in ("keys", "erased_at")}}
    assert erase(tenant_id) == certificate
    for chain in (tenant_id, None):
        assert [act for act in acts(chain) if act[0] == "encryption.erased"] == [("encryption.erased", said)]
    assert verify_all(TESTS).sound


def test_one_that_still_works_is_not_erased_by_mistake(app: Flask) -> None:
    tenant_id = people(1)
    with pytest.raises(StillWorkingError, match="suspend it first"):
        erase(tenant_id)
    assert opened(tenant_id) == expected(1)
    with pytest.raises(LookupError):
        erase(new_id())


def test_one_that_never_had_keys_gets_none_that_work(app: Flask) -> None:
    with transaction(SCOPE) as session:
        tenant = Tenant(name="Empty", slug="empty", status="suspended")
        session.add(tenant)
    erase(tenant.id)
    with pytest.raises(KeyDestroyedError):
        keyring().sealing(tenant.id)


def test_nothing_works_on_for_it(app: Flask) -> None:
    """Its plugins are off, so that no webhook, job or page of theirs reaches it, and what waited for it is dropped."""
    tenant_id, here = people(1), runtime()
    account = make_account(tenant_id)
    client = sign_in(app, tenant_id, "owner", "app.localhost")
    assert client.get("/").status_code == 200
    Later(here.redis, here.settings.redis_prefix).put(tenant_id, "whatsapp", [STATUS])
    erase(tenant_id, confirmed=True)
    later = Later(here.redis, here.settings.redis_prefix, lambda: 1e12)
    assert (find(account.channel, account.endpoint), later.due(5)) == (None, [])
    assert here.redis.keys(f"{here.settings.redis_prefix}:intake:later*") == []
    with transaction(service_scope("cron")) as session:
        assert tenant_id not in set(session.scalars(tenants_with("whatsapp")))
    page = client.get("/contacts")
    assert (page.status_code, "suspended" in page.text) == (403, True)
    with transaction(tenant_scope(tenant_id)) as session, pytest.raises(KeyDestroyedError):
        _ = session.get_one(ChannelAccount, account.id).credentials
