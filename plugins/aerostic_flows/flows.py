"""Flows as lists show them: state, version, and how their runs of the last days went, without their documents."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, Uuid, and_, cast, func, select, true
from sqlalchemy.orm import Session

from aerostic.sdk import first_id, utcnow
from aerostic.sdk.automation import DEAD, OPEN, Document, Flow, FlowRun, FlowVersion

DAYS = 7
# Runs of a flow that are counted: what is beyond is told as "and more", so that a busy flow costs no more than a quiet one.
MOST_COUNTED = 2_000
# Bytes of a draft of which a list draws a picture: a page of long ones would take longer to read than anybody looks at it.
LARGEST_PICTURED = 60_000
_VERSIONED = select(FlowVersion.id).where(FlowVersion.flow_id == Flow.id).correlate(Flow).exists()
_LAST = select(FlowRun.started_at).where(FlowRun.flow_id == Flow.id).correlate(Flow)
STATES: Mapping[str, ColumnElement[bool]] = {
    "draft": and_(Flow.published_id.is_(None), ~_VERSIONED),
    "published": Flow.published_id.is_not(None),
    "paused": and_(Flow.published_id.is_(None), _VERSIONED),
}


@dataclass(frozen=True, slots=True)
class Lately:
    """The runs of a flow in the last days, by fate.

    Args:
        by: how many ended, failed (stopped and unknown among them), go on.
        more: whether there are more than were counted.
    """

    by: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All that were counted."""
        return sum(self.by.values())

    @property
    def more(self) -> bool:
        """Whether there are more than were counted."""
        return self.total >= MOST_COUNTED


def state_of(published: bool, versions: bool) -> str:
    """A key of `STATES`."""
    return "published" if published else "paused" if versions else "draft"


def listed(tenant_id: UUID) -> Select[Any]:
    """Flows with `id`, `name`, `updated_at`, `number` (of the published version), `versioned`, `last_at`."""
    number = select(FlowVersion.number).where(FlowVersion.id == Flow.published_id).correlate(Flow).scalar_subquery()
    last = _LAST.order_by(FlowRun.id.desc()).limit(1).scalar_subquery()
    columns = (Flow.id, Flow.name, Flow.updated_at, number.label("number"), _VERSIONED.label("versioned"))
    return select(*columns, last.label("last_at")).where(Flow.tenant_id == tenant_id)


def drafts_of(session: Session, flow_ids: Iterable[UUID]) -> dict[UUID, Document]:
    """The drafts of which a list draws pictures; those that are very long are left out."""
    short = func.octet_length(cast(Flow.draft, Text)) <= LARGEST_PICTURED
    found = session.execute(select(Flow.id, Flow.draft).where(Flow.id.in_(list(flow_ids)), short))
    return {flow_id: Document.of(draft) for flow_id, draft in found}


def lately(session: Session, flow_ids: Iterable[UUID]) -> dict[UUID, Lately]:
    """How the runs of flows went that began in the last `DAYS`, the newest `MOST_COUNTED` of each."""
    since = first_id(utcnow() - timedelta(days=DAYS))
    wanted = func.unnest(cast(list(flow_ids), ARRAY(Uuid))).table_valued("id").render_derived("wanted")
    newest = (
        select(FlowRun.state)
        .where(FlowRun.flow_id == wanted.c.id, FlowRun.id >= since)
        .order_by(FlowRun.id.desc())
        .limit(MOST_COUNTED)
        .lateral("newest")
    )
    counted = select(wanted.c.id, newest.c.state, func.count()).join(newest, true())
    found: dict[UUID, Counter[str]] = {}
    for flow_id, state, count in session.execute(counted.group_by(wanted.c.id, newest.c.state)):
        found.setdefault(flow_id, Counter())[fate(state)] += count
    return {flow_id: Lately(dict(by)) for flow_id, by in found.items()}


def runs_of_versions(session: Session, flow_id: UUID) -> dict[UUID, int]:
    """How many of a flow's newest `MOST_COUNTED` runs each version had."""
    newest = select(FlowRun.version_id).where(FlowRun.flow_id == flow_id).order_by(FlowRun.id.desc())
    own = newest.limit(MOST_COUNTED).subquery()
    counted = session.execute(select(own.c.version_id, func.count()).group_by(own.c.version_id))
    return dict(counted.all())


def fate(state: str) -> str:
    """A run's state, coarsely: `ended`, `failed`, `going`, `cancelled`."""
    if state in DEAD:
        return "failed"
    return "going" if state in OPEN else state


def last_run(session: Session, flow_id: UUID) -> datetime | None:
    """When the newest run of a flow began."""
    own = select(FlowRun.started_at).where(FlowRun.flow_id == flow_id)
    return session.scalar(own.order_by(FlowRun.id.desc()).limit(1))
