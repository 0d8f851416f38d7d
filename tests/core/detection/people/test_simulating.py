"""Trying a policy on signals of the past: who would have fared otherwise."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from aerostic.db import transaction, utcnow
from aerostic.detection.judging.policy import DEFAULT, Policy
from aerostic.detection.people.simulating import Difference, differences, past
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import new_tenant
from tests.support.factories import TESTS
from tests.support.risk import make_signal


@pytest.fixture
def now() -> datetime:
    return utcnow()


@pytest.fixture
def tenant(app: Flask, now: datetime) -> UUID:
    """A workspace that is no longer young."""
    tenant_id = new_tenant()
    with transaction(TESTS) as session:
        session.get_one(Tenant, tenant_id).created_at = now - timedelta(days=90)
    return tenant_id


def without(*actions: str) -> Policy:
    return DEFAULT.model_copy(update={"steps": tuple(step for step in DEFAULT.steps if step.action not in actions)})


def compare(before: Policy, after: Policy, now: datetime) -> list[Difference]:
    with transaction(TESTS) as session:
        what = past(session, now - timedelta(days=1), now)
    return list(differences(what, before, after))


def told(found: list[Difference]) -> list[tuple[str, str, str]]:
    return [
        (one.subject.id, one.before.action if one.before else "", one.after.action if one.after else "")
        for one in found
    ]


def test_a_policy_is_not_otherwise_than_itself(tenant: UUID, now: datetime) -> None:
    make_signal(tenant, time=now - timedelta(hours=2))
    assert compare(DEFAULT, DEFAULT, now) == []


def test_what_is_done_softer_or_not_at_all_is_found(tenant: UUID, now: datetime) -> None:
    make_signal(tenant, time=now - timedelta(hours=2), score=0.93)
    make_signal(None, subject_kind="address", subject="77aa", score=0.6, time=now - timedelta(hours=1))
    assert told(compare(DEFAULT, without("pause"), now)) == [(str(tenant), "pause", "slow")]
    softer = compare(DEFAULT, without("watch", "slow", "pause"), now)
    assert sorted(told(softer)) == sorted([(str(tenant), "pause", ""), ("77aa", "watch", "")])
    assert [one.harder for one in softer] == [False, False]


def test_what_is_done_harder_comes_first(tenant: UUID, now: datetime) -> None:
    make_signal(tenant, time=now - timedelta(hours=2), score=0.93)
    make_signal(None, subject_kind="address", subject="77aa", score=0.95, time=now - timedelta(hours=1))
    after = without("block").model_copy(update={"steps": (*without("block", "pause").steps, *freezing())})
    assert told(compare(DEFAULT, after, now)) == [(str(tenant), "pause", "freeze"), ("77aa", "block", "challenge")]


def test_evidence_of_two_kinds_confirms_within_the_half_life(tenant: UUID, now: datetime) -> None:
    make_signal(tenant, time=now - timedelta(minutes=40), score=0.9)
    make_signal(tenant, time=now - timedelta(minutes=20), score=0.9, family="failures")
    longer = DEFAULT.model_copy(update={"half_life_seconds": 24 * 3600})
    assert told(compare(DEFAULT, longer, now)) == [(str(tenant), "pause", "freeze")]


def test_volume_of_a_young_workspace_counts_for_nothing(app: Flask, now: datetime) -> None:
    make_signal(new_tenant(), time=now, score=0.95)
    assert compare(DEFAULT, without("pause"), now + timedelta(seconds=1)) == []


def test_signals_of_another_time_have_no_part_in_it(tenant: UUID, now: datetime) -> None:
    make_signal(tenant, time=now - timedelta(days=2))
    make_signal(tenant, time=now + timedelta(minutes=2))
    assert compare(DEFAULT, without("pause"), now) == []


def freezing() -> tuple[object, ...]:
    """Steps that freeze where the default pauses."""
    pausing = [step for step in DEFAULT.steps if step.action == "pause"]
    return tuple(step.model_copy(update={"action": "freeze", "kinds": ("tenant",)}) for step in pausing)
