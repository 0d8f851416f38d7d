"""Dead letters: the runs that did not come to their end, and wait for a person to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.flows.models import DEAD, FlowRun

MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dead letters.

    Args:
        flow_id: of this flow alone.
        reason: with this code alone, as `FlowRun.reason` has it.
        since, until: begun within.
    """

    flow_id: UUID | None = None
    reason: str = ""
    since: datetime | None = None
    until: datetime | None = None


def dead_letters(
    session: Session, tenant_id: UUID, wanted: Wanted = Wanted(), *, before: UUID | None = None, limit: int = 50
) -> Sequence[FlowRun]:
    """A page of them, the newest first.

    Args:
        before: id of the last run of the page before.
        limit: `MOST` at most.
    """
    where = _where(tenant_id, wanted)
    if before:
        where.append(FlowRun.id < before)
    return session.scalars(select(FlowRun).where(*where).order_by(FlowRun.id.desc()).limit(min(limit, MOST))).all()


def oldest(session: Session, tenant_id: UUID, wanted: Wanted, limit: int) -> Sequence[UUID]:
    """The ids of the first so many of them."""
    query = select(FlowRun.id).where(*_where(tenant_id, wanted)).order_by(FlowRun.id)
    return session.scalars(query.limit(limit)).all()


def _where(tenant_id: UUID, wanted: Wanted) -> list[ColumnElement[bool]]:
    left = or_(FlowRun.state != "unknown", FlowRun.wake_at.is_(None), FlowRun.wake_at <= utcnow())
    where = [FlowRun.tenant_id == tenant_id, FlowRun.state.in_(DEAD), left]
    if wanted.flow_id:
        where.append(FlowRun.flow_id == wanted.flow_id)
    if wanted.reason:
        where.append(FlowRun.reason == wanted.reason)
    if wanted.since:
        where.append(FlowRun.started_at >= wanted.since)
    if wanted.until:
        where.append(FlowRun.started_at < wanted.until)
    return where
