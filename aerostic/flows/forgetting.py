"""What of flows goes with time: runs that are over, as long as the tenant keeps them, and the ids of events that were heard."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from aerostic.db import first_id, service_scope, transaction, utcnow
from aerostic.flows.models import OVER, Flow, FlowHeard, FlowRun
from aerostic.messaging.rights.retention.counting import bounded
from aerostic.registry import RetentionKind, RetentionStep, Schedule
from aerostic.words import N_

CHUNK, HOURLY = 2_000, 3600
# Far longer than the bus may bring an event again.
HEARD_KEPT = timedelta(days=14)


def count_runs(session: Session, tenant_id: UUID, before: datetime) -> int:
    """Runs that would go."""
    return bounded(session, _old(tenant_id, before))


def remove_some_runs(session: Session, tenant_id: UUID, before: datetime, place: dict[str, Any]) -> RetentionStep:
    """Remove runs that are over, with all their steps; what goes on, or waits, stays."""
    ids = session.scalars(_old(tenant_id, before).limit(CHUNK).with_for_update(skip_locked=True)).all()
    session.execute(delete(FlowRun).where(FlowRun.tenant_id == tenant_id, FlowRun.id.in_(ids)))
    return RetentionStep(len(ids), place, more=len(ids) == CHUNK)


def forget_heard() -> None:
    """Forget events that cannot come again."""
    before = first_id(utcnow() - HEARD_KEPT)
    gone = CHUNK
    while gone == CHUNK:
        with transaction(service_scope("flows")) as session:
            ids = session.scalars(select(FlowHeard.id).where(FlowHeard.id < before).limit(CHUNK)).all()
            session.execute(delete(FlowHeard).where(FlowHeard.id.in_(ids)))
        gone = len(ids)


def _old(tenant_id: UUID, before: datetime) -> Select[Any]:
    """By their ids, which have the time of what began them: a run is over later than it began."""
    flows = select(Flow.id).where(Flow.tenant_id == tenant_id)
    old = (FlowRun.id < first_id(before), FlowRun.ended_at < before, FlowRun.state.in_(OVER))
    return select(FlowRun.id).where(FlowRun.tenant_id == tenant_id, FlowRun.flow_id.in_(flows), *old)


RUNS = RetentionKind(
    "flows.runs",
    N_("Runs of flows"),
    N_("Days after they ended. What they did and knew goes, and with it whether one that failed can be retried."),
    least=1,
    most=3_650,
    default=90,
    count=count_runs,
    step=remove_some_runs,
)
SCHEDULES = (Schedule("flows.forget", forget_heard, HOURLY),)
