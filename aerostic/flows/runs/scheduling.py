"""Schedules: each moment that is due is started once, however many processes look, and also after an outage.

Of moments that were missed meanwhile the last one is made up for, where the trigger wants that; the others are not. A moment is
left out while what the one before it started is still going on.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aerostic.db import first_id, tenant_scope, transaction, utcnow
from aerostic.flows.document import Document
from aerostic.flows.models import FlowVersion
from aerostic.flows.plan import Kinds, Plan
from aerostic.flows.runs import waves
from aerostic.flows.runs.ids import run_id
from aerostic.flows.runs.waves import SERVICE, Due
from aerostic.flows.start_models import FlowSchedule
from aerostic.flows.timetable import Timetable
from aerostic.messaging.models import Tag
from aerostic.tenancy.models import Tenant

log = structlog.get_logger(__name__)
BATCH = 200
# What is started later than this has been missed.
GRACE = timedelta(minutes=10)
# What cannot be started at all is tried again after it.
PAUSE = timedelta(minutes=5)


def set_up(session: Session, version: FlowVersion, document: Document, kinds: Kinds) -> None:
    """Let a version's nodes start by the clock from now on, and no more those of the version before it.

    A moment of the version before that is due, and that nobody has started yet, is the new one's.
    """
    own = select(FlowSchedule).where(FlowSchedule.flow_id == version.flow_id)
    before = {row.node: row.next_at for row in session.scalars(own.with_for_update())}
    forget(session, version.flow_id)
    now, zone = utcnow(), _zone(session, version.tenant_id)
    for node, timetable in _timetables(Plan.of(document, kinds)):
        missed = before.get(node)
        session.add(
            FlowSchedule(
                tenant_id=version.tenant_id,
                flow_id=version.flow_id,
                version_id=version.id,
                node=node,
                timetable=timetable.kept(),
                next_at=missed if missed and missed <= now else timetable.after(now, zone),
            )
        )


def forget(session: Session, flow_id: UUID) -> None:
    """Start a flow by the clock no more."""
    session.execute(delete(FlowSchedule).where(FlowSchedule.flow_id == flow_id))


def due() -> list[Due]:
    """The schedules with a moment that has come."""
    come = select(FlowSchedule.id, FlowSchedule.tenant_id).where(FlowSchedule.next_at <= utcnow())
    with transaction(SERVICE) as session:
        return [Due(*row) for row in session.execute(come.order_by(FlowSchedule.next_at).limit(BATCH))]


def start(schedule: Due) -> bool:
    """Start what is due of one schedule, and move it on. Answers whether anything was: somebody else may have been quicker."""
    try:
        with transaction(tenant_scope(schedule.tenant_id)) as session:
            return _start(session, schedule)
    except Exception:
        log.exception("a schedule of a flow was not started", schedule=str(schedule.id))
        with transaction(tenant_scope(schedule.tenant_id)) as session:
            if row := _locked(session, schedule.id):
                row.next_at = utcnow() + PAUSE
        return False


def _start(session: Session, schedule: Due) -> bool:
    row, now = _locked(session, schedule.id), utcnow()
    if row is None or row.next_at > now:
        return False
    zone, timetable = _zone(session, row.tenant_id), Timetable.of(row.timetable)
    moment = max(row.next_at, timetable.last(now, zone))
    row.next_at = timetable.after(now, zone)
    if now - moment > GRACE and not timetable.late:
        log.info("a moment of a schedule was missed", schedule=str(row.id), moment=moment.isoformat())
        return False
    if waves.going_on(session, row.flow_id, row.node):
        log.info("a moment of a schedule was left out", schedule=str(row.id), moment=moment.isoformat())
        return False
    tag_id = _tag(session, row.tenant_id, timetable.tag)
    if timetable.tag and tag_id is None:
        return False
    cause = run_id(first_id(moment), str(row.flow_id), row.node)
    waves.add(session, row, cause, {"moment": _told(moment, zone)}, tag_id=tag_id)
    return True


def _locked(session: Session, schedule_id: UUID) -> FlowSchedule | None:
    return session.scalar(select(FlowSchedule).where(FlowSchedule.id == schedule_id).with_for_update(skip_locked=True))


def _timetables(plan: Plan) -> Iterable[tuple[str, Timetable]]:
    for step in plan.steps.values():
        timetable = step.node.timetable(step.config.model)
        if timetable:
            yield step.id, timetable


def _zone(session: Session, tenant_id: UUID) -> ZoneInfo:
    return ZoneInfo(session.scalars(select(Tenant.zone).where(Tenant.id == tenant_id)).one())


def _tag(session: Session, tenant_id: UUID, name: str) -> UUID | None:
    return session.scalar(select(Tag.id).where(Tag.tenant_id == tenant_id, Tag.name == name)) if name else None


def _told(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="minutes")
