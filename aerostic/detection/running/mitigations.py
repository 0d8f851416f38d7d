"""Decisions as rows: begun, prolonged, replaced, run out; and in the audit of whom they concern."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.db import Event, emit, utcnow
from aerostic.detection.judging.deciding import Decision
from aerostic.detection.models import RiskDecision, moment
from aerostic.detection.running.written import decision_row

MOST_AT_ONCE = 500
BEGAN = "mitigation.began"


def write_decision(session: Session, decision: Decision, incident_id: UUID | None) -> None:
    """Write down one decision; again, nothing happens."""
    if decision.prolongs:
        _prolong(session, decision, incident_id)
        return
    row = decision_row(decision, moment(decision.time), incident_id)
    made = insert(RiskDecision).values(row).on_conflict_do_nothing().returning(RiskDecision.id)
    if session.scalar(made) is None:
        return
    if decision.replaces:
        of_it = (RiskDecision.id == decision.replaces, RiskDecision.ended_at.is_(None))
        session.execute(update(RiskDecision).where(*of_it).values(ended_at=utcnow(), ended_how="replaced"))
    if _is_felt(decision.action, shadow=decision.shadow):
        _announce(session, decision)


def end_expired(session: Session, now: datetime) -> int:
    """What has run out has recovered by itself."""
    out = select(RiskDecision).where(RiskDecision.ended_at.is_(None), RiskDecision.until <= now)
    rows = session.scalars(out.order_by(RiskDecision.until).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)).all()
    for row in rows:
        row.ended_at, row.ended_how = row.until, "expired"
        if _is_felt(row.action, shadow=row.shadow):
            record(session, _act(row.tenant_id, "ended", row.id, after={"action": row.action, "how": "expired"}))
    return len(rows)


def tenants_of(decisions: Iterable[Decision]) -> set[UUID | None]:
    """Whose subjects they are about."""
    return {decision.subject.tenant_id for decision in decisions}


def _prolong(session: Session, decision: Decision, incident_id: UUID | None) -> None:
    values: dict[Any, Any] = {
        "until": func.greatest(RiskDecision.until, moment(decision.until)),
        "score": func.greatest(RiskDecision.score, decision.score),
        "families": list(decision.families),
        "signals": [str(row) for row in decision.signals],
        "incident_id": func.coalesce(RiskDecision.incident_id, incident_id),
    }
    own = (RiskDecision.id == decision.id, RiskDecision.ended_at.is_(None))
    session.execute(update(RiskDecision).where(*own).values(values))


def _announce(session: Session, decision: Decision) -> None:
    tenant_id, until = decision.subject.tenant_id, moment(decision.until)
    said = {"action": decision.action, "families": list(decision.families)}
    record(session, _act(tenant_id, "began", decision.id, after=said | {"until": until}))
    if tenant_id is not None:
        ids = {"decision_id": str(decision.id), "subject_kind": decision.subject.kind}
        emit(session, Event(BEGAN, tenant_id, f"decision:{decision.id}", ids | said | {"until": until.isoformat()}))


def _is_felt(action: str, *, shadow: bool) -> bool:
    return not shadow and action != "watch"


def _act(tenant_id: UUID | None, verb: str, decision_id: UUID, *, after: dict[str, Any]) -> Act:
    return Act(tenant_id, f"mitigation.{verb}", f"decision:{decision_id}", after=after)
