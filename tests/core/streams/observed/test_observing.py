"""Telling detectors of something, and not of what was rolled back."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from aerostic.db import tenant_scope, transaction
from aerostic.streams.observed import observe, observe_after, observing
from aerostic.tenancy.models import TenantPlugin
from tests.support.factories import make_tenant
from tests.support.observed import observing as listening

TENANT = UUID(int=7)


def test_an_observation_arrives_on_its_own_bus_under_its_tenant(app: Flask) -> None:
    with listening() as observed:
        observe("api.asked", TENANT, key="k", method="GET")
        observe("webhook.refused", None, reason="unknown")
        heard = sorted((event.type, event.tenant_id, event.key, event.data) for event in observed.all())
    assert heard == [
        ("api.asked", TENANT, str(TENANT), {"key": "k", "method": "GET"}),
        ("webhook.refused", None, "platform", {"reason": "unknown"}),
    ]


def test_whatever_goes_wrong_nobody_hears_of_it(app: Flask, monkeypatch: object) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    with listening() as observed:
        monkeypatch.setattr(observing, "_event", broken)  # type: ignore[attr-defined]
        observe("api.asked", TENANT)
        assert observed.all() == []


def test_with_a_transaction_it_is_told_once_that_is_committed(app: Flask) -> None:
    with listening() as observed:
        with transaction(tenant_scope(TENANT)) as session:
            observe_after(session, "messages.planned", TENANT, count=1)
            assert observed.of("messages.planned") == []
        assert observed.of("messages.planned") == [{"count": 1}]


def test_what_was_rolled_back_is_never_told(app: Flask) -> None:
    with listening() as observed:
        with transaction(tenant_scope(TENANT)) as session:
            observe_after(session, "messages.planned", TENANT, count=1)
            session.rollback()
        assert observed.of("messages.planned") == []


def test_of_a_savepoint_that_was_rolled_back_nothing_is_told_either(app: Flask) -> None:
    with listening() as observed:
        with transaction(tenant_scope(TENANT)) as session:
            observe_after(session, "messages.planned", TENANT, count=1)
            outer = session.begin_nested()
            with session.begin_nested():
                observe_after(session, "messages.planned", TENANT, count=2)
            outer.rollback()
            with session.begin_nested():
                observe_after(session, "messages.planned", TENANT, count=3)
        assert observed.of("messages.planned") == [{"count": 1}, {"count": 3}]


def test_what_fails_in_a_savepoint_takes_nothing_along_from_around_it(app: Flask) -> None:
    tenant_id = make_tenant(plugins=("campaigns",)).id
    with listening() as observed:
        with transaction(tenant_scope(tenant_id)) as session:
            observe_after(session, "messages.planned", tenant_id, count=1)
            with pytest.raises(IntegrityError), session.begin_nested():
                observe_after(session, "messages.planned", tenant_id, count=2)
                session.add(TenantPlugin(tenant_id=tenant_id, plugin="campaigns"))
        assert observed.of("messages.planned") == [{"count": 1}]
