"""Rows of detection for tests: each function makes one thing and returns it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aerostic.db import new_id, transaction, utcnow
from aerostic.detection.judging.policy import DEFAULT
from aerostic.detection.models import Incident, RiskAppeal, RiskDecision, RiskPolicy, RiskSignal
from aerostic.detection.people.policies import ACTIVE
from aerostic.security.restrictions import Restriction, restrictions
from tests.support.factories import TESTS

SPIKE = "%(count)s messages in %(seconds)s seconds: %(times)s times as many as usual."


def make_signal(tenant_id: UUID | None, **values: Any) -> RiskSignal:
    """A signal on a tenant, or with `subject_kind` and `subject` on something else."""
    defaults: dict[str, Any] = {
        "tenant_id": tenant_id,
        "time": utcnow(),
        "detector": "anomaly.spike",
        "version": 1,
        "family": "volume",
        "subject_kind": "tenant",
        "subject": str(tenant_id),
        "score": 0.93,
        "says": SPIKE,
        "evidence": {"count": 4200, "seconds": 60, "times": 14},
        "shares": [],
    }
    with transaction(TESTS) as session:
        row = RiskSignal(**{**defaults, **values})
        session.add(row)
    return row


def make_decision(tenant_id: UUID | None, *signals: RiskSignal, flag: bool = True, **values: Any) -> RiskDecision:
    """A decision that rests on these signals; with its flag, where it is in force."""
    now = utcnow()
    defaults: dict[str, Any] = {
        "id": new_id(),
        "tenant_id": tenant_id,
        "subject_kind": "tenant",
        "subject": str(tenant_id),
        "action": "pause",
        "score": 0.94,
        "families": ["volume"],
        "signals": [str(one.id) for one in signals],
        "policy_version": 1,
        "began_at": now,
        "until": now + timedelta(minutes=30),
    }
    row = RiskDecision(**{**defaults, **values})
    with transaction(TESTS) as session:
        session.add(row)
    if flag and not row.shadow and row.ended_at is None and row.until > now:
        restriction = Restriction(row.action, str(row.id), row.until.timestamp())  # type: ignore[arg-type]
        restrictions().put(row.subject_kind, row.subject, restriction)
    return row


def make_appeal(decision: RiskDecision, user_id: UUID | None = None, **values: Any) -> RiskAppeal:
    """An appeal of the tenant that a decision is about."""
    row = RiskAppeal(
        **{
            "tenant_id": decision.tenant_id,
            "decision_id": decision.id,
            "text": "This was our sale, as announced.",
            "user_id": user_id,
            **values,
        }
    )
    with transaction(TESTS) as session:
        session.add(row)
    return row


def make_incident(**values: Any) -> Incident:
    """An incident without members: signals name it."""
    row = Incident(
        **{"families": ["content", "coordination"], "shares": ["content:5e0c1f2a9d"], "score": 0.96, **values}
    )
    with transaction(TESTS) as session:
        session.add(row)
    return row


def make_policy(version: int = 1, state: str = ACTIVE, **changes: Any) -> RiskPolicy:
    """A version of the policy: the one that ships, with something changed."""
    document = DEFAULT.model_copy(update=changes).model_dump(mode="json")
    row = RiskPolicy(version=version, document=document, state=state, note="")
    with transaction(TESTS) as session:
        session.add(row)
    return row


def flag_of(kind: str, subject: str) -> str:
    """The action that is flagged for a subject; '' for none."""
    found = restrictions().of([(kind, subject)]).get((kind, subject))
    return found.action if found else ""


def ago(**span: float) -> datetime:
    """A moment before now."""
    return utcnow() - timedelta(**span)
