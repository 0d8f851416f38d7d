"""What is over goes when its time is, and nothing else."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.db.base import first_id
from aerostic.flows import forgetting
from aerostic.flows.models import FlowHeard, FlowRun, FlowStretch
from aerostic.messaging.rights.retention.applying import apply
from aerostic.messaging.rights.retention.rules import kept, outlook
from tests.core.flows.shop import Shop
from tests.core.flows.test_runs import ASK
from tests.support.factories import make_tenant


def test_runs_that_are_over_go_after_their_days_and_those_that_wait_stay(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forgetting, "CHUNK", 1)
    shop.publish(ASK)
    for said in ("hello", "vip", "hello", "vip", "hello"):
        shop.writes(said)
    later = utcnow() + timedelta(days=91)
    assert apply(shop.id)["flows.runs"] == 0
    assert apply(shop.id, lambda: later)["flows.runs"] == 2
    assert [run.state for run in shop.runs()] == ["waiting"]
    with transaction(tenant_scope(shop.id)) as session:
        assert session.scalars(select(FlowStretch)).all() == []


def test_a_tenant_sees_how_many_would_go_and_may_keep_them_for_ever(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.publish(ASK)
    for said in ("hello", "vip"):
        shop.writes(said)
    with transaction(tenant_scope(shop.id)) as session:
        (runs,) = [one for one in kept(session, shop.id) if one.kind.name == "flows.runs"]
        assert (runs.days, runs.kind.allows(None), outlook(session, shop.id, {"flows.runs": 1})) == (
            90,
            True,
            {"flows.runs": 0},
        )
        assert forgetting.count_runs(session, shop.id, utcnow() + timedelta(seconds=1)) == 1


def test_what_was_heard_long_ago_is_forgotten(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forgetting, "CHUNK", 2)
    tenant_id, old = make_tenant().id, first_id(utcnow() - timedelta(days=15)).int
    ids = [new_id(), *(UUID(int=old + n) for n in range(5))]
    with transaction(tenant_scope(tenant_id)) as session:
        session.add_all(FlowHeard(tenant_id=tenant_id, id=id_) for id_ in ids)
    forgetting.forget_heard()
    with transaction(tenant_scope(tenant_id)) as session:
        assert session.scalars(select(FlowHeard.id)).all() == ids[:1]
        assert session.scalars(select(FlowRun)).all() == []
