"""Decisions and overrides in the console: lifting, judging, limiting, each with a reason and in the audit log."""

from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as Away
from sqlalchemy import select

from aerostic.audit.models import AuditEntry
from aerostic.audit.sealing import seal_pending
from aerostic.db import new_id, transaction, utcnow
from aerostic.detection.models import RiskDecision, RiskOverride
from aerostic.detection.people.verdicts import Tally, tallies
from aerostic.testing.people import Client, new_tenant
from tests.core.web.platform.risk.conftest import page_of
from tests.support.factories import TESTS
from tests.support.risk import flag_of, make_decision, make_signal

WHY = "They called us: it is their sale."


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return new_tenant()


def kept(decision: RiskDecision) -> RiskDecision:
    with transaction(TESTS) as session:
        return session.get_one(RiskDecision, decision.id)


def overrides() -> list[RiskOverride]:
    with transaction(TESTS) as session:
        return list(session.scalars(select(RiskOverride).order_by(RiskOverride.id)))


def acts(tenant_id: UUID | None) -> list[tuple[str, str]]:
    """What was done in the area of risk, and why, as a chain has it."""
    seal_pending()
    own = select(AuditEntry.body).where(AuditEntry.tenant_id == tenant_id, AuditEntry.area == "risk")
    with transaction(TESTS) as session:
        bodies = [orjson.loads(body) for body in session.scalars(own.order_by(AuditEntry.seq))]
    return [(one["action"], one["reason"]) for one in bodies]


def limit(client: Client, **values: str) -> int:
    form = {"kind": "tenant", "most": "watch", "days": "7", "reason": WHY, **values}
    status: int = client.post_form("/risk/overrides/new", form).status_code
    return status


def test_lifting_takes_the_flag_away_and_says_why_in_the_tenants_log(platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant)
    answer = platform.post_form(f"/risk/decisions/{decision.id}/lift", {"reason": WHY, "spared": "none"})
    row = kept(decision)
    assert (answer.status_code, row.ended_how, row.ended_reason) == (303, "lifted", WHY)
    assert (flag_of("tenant", str(tenant)), overrides()) == ("", [])
    assert acts(tenant) == [("risk.lifted", WHY)]


def test_lifting_needs_a_reason(platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant)
    assert platform.post_form(f"/risk/decisions/{decision.id}/lift", {"reason": ""}).status_code == 422
    assert (kept(decision).ended_at, flag_of("tenant", str(tenant))) == (None, "pause")


def test_where_the_flag_cannot_be_reached_nothing_is_changed(
    platform: Client, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = make_decision(tenant)

    def away(*_arguments: object) -> None:
        raise Away

    with monkeypatch.context() as patch:
        patch.setattr(Redis, "delete", away)
        answer = platform.post_form(f"/risk/decisions/{decision.id}/lift", {"reason": WHY, "spared": "day"})
    assert (answer.status_code, kept(decision).ended_at, overrides()) == (303, None, [])
    assert "nothing was changed" in page_of(platform, f"/risk/decisions/{decision.id}")


def test_a_verdict_is_kept_and_counted_by_detector(platform: Client, tenant: UUID) -> None:
    for verdict in ("right", "wrong", "wrong"):
        decision = make_decision(tenant, make_signal(tenant), make_signal(tenant))
        platform.post_form(f"/risk/decisions/{decision.id}/verdict", {"verdict": verdict})
    assert platform.post_form(f"/risk/decisions/{decision.id}/verdict", {"verdict": "maybe"}).status_code == 422
    with transaction(TESTS) as session:
        assert tallies(session, utcnow() - timedelta(days=1)) == [Tally("anomaly.spike", 1, 2)]


def test_an_override_lifts_what_goes_further_and_leaves_the_rest(platform: Client, tenant: UUID) -> None:
    number = str(new_id())
    frozen = make_decision(tenant, action="freeze")
    slowed = make_decision(tenant, subject_kind="number", subject=number, action="slow")
    assert limit(platform, subject=str(tenant), most="slow") == 303
    assert (kept(frozen).ended_how, kept(slowed).ended_at) == ("override", None)
    assert (flag_of("tenant", str(tenant)), flag_of("number", number)) == ("", "slow")
    assert [(row.tenant_id, row.most, row.reason) for row in overrides()] == [(tenant, "slow", WHY)]
    assert (acts(None), acts(tenant)) == ([("risk.overridden", WHY)], [("risk.lifted", WHY)])


def test_nothing_at_all_is_a_limit_too(platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant, action="watch")
    limit(platform, subject=str(tenant), most="none")
    assert (kept(decision).ended_how, [row.most for row in overrides()]) == ("override", [""])


def test_an_override_is_about_somebody_who_is_there_and_ends(platform: Client, tenant: UUID) -> None:
    wrong = [
        {"subject": str(new_id())},
        {"subject": "maple"},
        {"subject": str(tenant), "days": "91"},
        {"subject": str(tenant), "days": "0"},
        {"subject": str(tenant), "reason": ""},
        {"subject": str(tenant), "most": "worst"},
        {"subject": str(tenant), "kind": "planet"},
        {"subject": "77aa01c4e0", "kind": "address"},
    ]
    assert [limit(platform, **values) for values in wrong] == [422] * len(wrong)
    assert overrides() == []


def test_an_address_that_was_decided_about_can_be_limited(platform: Client) -> None:
    make_decision(None, subject_kind="address", subject="77aa01c4e0", action="block")
    assert limit(platform, kind="address", subject="77aa01c4e0") == 303
    assert [(row.subject, row.tenant_id) for row in overrides()] == [("77aa01c4e0", None)]


def test_an_override_can_be_ended_before_its_time(platform: Client, tenant: UUID) -> None:
    limit(platform, subject=str(tenant))
    (row,) = overrides()
    for _ in range(2):
        assert platform.post_form(f"/risk/overrides/{row.id}/end").status_code == 303
    assert overrides()[0].ended_at is not None
    assert [act for act, _why in acts(None)] == ["risk.overridden", "risk.override_ended"]
    assert platform.post_form(f"/risk/overrides/{new_id()}/end").status_code == 404
