"""Incidents as rows, and the note of them in the audit of each tenant concerned, which names no other one."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select, tuple_, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.db import new_id
from aerostic.detection.incidents.announcing import announce
from aerostic.detection.incidents.grouping import TENANT, WINDOW_SECONDS, Group, Grouping
from aerostic.detection.incidents.quieting import false_alarm, stays_quiet
from aerostic.detection.models import Incident, RiskDecision, RiskSignal, moment

# In an incident's `shares` stands, beside what is shared, who is concerned, as `tenant:<id>`: only the platform sees them.
OPEN = ("open", "acknowledged")
QUIET = timedelta(minutes=60)


def write_groups(session: Session, grouping: Grouping, groups: Iterable[Group]) -> None:
    """Open, extend and join incidents, before the rows of the signals that belong to them are written."""
    for group in groups:
        if group.changed and (group.is_row or group.matters):
            _write(session, grouping, group)


def link(session: Session, group: Group) -> None:
    """Rows of signals that belong to an incident name it."""
    if group.is_row and group.unlinked:
        rows = update(RiskSignal).where(RiskSignal.id.in_(group.unlinked), RiskSignal.incident_id.is_(None))
        session.execute(rows.values(incident_id=group.id))
        group.unlinked.clear()


def close_quiet(session: Session, now: datetime) -> Sequence[UUID]:
    """Close incidents that nothing was added to for an hour, and in which nothing stands any more."""
    stands = exists().where(RiskDecision.incident_id == Incident.id, RiskDecision.ended_at.is_(None))
    quiet = (Incident.state.in_(OPEN), Incident.last_at < now - QUIET, ~stands)
    rows = session.scalars(select(Incident).where(*quiet).with_for_update(skip_locked=True)).all()
    for row in rows:
        row.state, row.closed_at = "closed", now
        record(session, Act(None, "incident.closed", f"incident:{row.id}"))
    return [row.id for row in rows]


def _write(session: Session, grouping: Grouping, group: Group) -> None:
    row = session.get(Incident, group.id, with_for_update=True) if group.is_row else _same(session, group)
    if row is not None and row.state not in OPEN and not stays_quiet(session, row, group):
        # Somebody has closed it: what comes now is a new one.
        row, group.id, group.first = None, new_id(), group.last
        group.tenants, group.found = set(group.fresh), set(group.new)
        group.kinds = {kind for kind in group.kinds if kind[0] in group.fresh and kind[1] in group.families}
        group.told.clear()
    if row is None:
        row = _opened(session, group)
    group.id = row.id
    _adopt(group, row)
    row.last_at = max(row.last_at, moment(group.last))
    row.score = max(row.score, group.score)
    row.families = sorted({*row.families, *group.families})
    row.shares = [*sorted(group.tokens), *(f"{TENANT}{tenant}" for tenant in sorted(group.tenants))]
    session.flush()
    grouping.adopt(group)
    _absorb(session, group, row)
    _tell(session, group, row)
    group.fresh.clear()
    group.new.clear()
    group.is_row, group.changed = True, False


def _opened(session: Session, group: Group) -> Incident:
    """A new one. What was done about its subjects so far is part of it."""
    first, last = moment(group.first), moment(group.last)
    row = Incident(id=group.id, opened_at=first, last_at=last, families=[], shares=[], score=0)
    session.add(row)
    session.flush()
    subjects = sorted({subject for subject, _ in group.found})
    of_subject = tuple_(RiskDecision.subject_kind, RiskDecision.subject).in_(subjects)
    lately = (RiskDecision.incident_id.is_(None), RiskDecision.began_at >= first)
    session.execute(update(RiskDecision).where(of_subject, *lately).values(incident_id=row.id))
    record(session, Act(None, "incident.opened", f"incident:{row.id}", after={"families": group.families}))
    return row


def _same(session: Session, group: Group) -> Incident | None:
    """One of another process, or of this one before it was started again, that shares something: open, or a false alarm."""
    since = moment(group.first - WINDOW_SECONDS)
    shared = Incident.shares.has_any(array(sorted(group.tokens)))
    found = select(Incident).where(Incident.state.in_(OPEN), Incident.last_at >= since, shared)
    row = session.scalar(found.order_by(Incident.id).limit(1).with_for_update())
    return row or false_alarm(session, group, shared)


def _adopt(group: Group, row: Incident) -> None:
    """Know what was written of it before; who stands there was told."""
    named = [share for share in row.shares if share.startswith(TENANT)]
    known = {UUID(share.removeprefix(TENANT)) for share in named}
    group.tenants |= known
    group.told |= known
    group.tokens |= {share for share in row.shares if not share.startswith(TENANT)}


def _absorb(session: Session, group: Group, row: Incident) -> None:
    """Those that turned out to be this one: their rows are its own, and they are gone."""
    group.absorbed.discard(row.id)
    if not group.absorbed:
        return
    for other in session.scalars(select(Incident).where(Incident.id.in_(group.absorbed)).with_for_update()):
        row.opened_at = min(row.opened_at, other.opened_at)
        row.assigned_to = row.assigned_to or other.assigned_to
        row.note = "\n".join(filter(None, (row.note, other.note)))
    for model in (RiskSignal, RiskDecision):
        session.execute(update(model).where(model.incident_id.in_(group.absorbed)).values(incident_id=row.id))
    session.execute(delete(Incident).where(Incident.id.in_(group.absorbed)))
    group.absorbed.clear()


def _tell(session: Session, group: Group, row: Incident) -> None:
    new = sorted(group.tenants - group.told)
    announce(session, group, row, new)
    for tenant_id in new:
        said = {"families": group.families_of(tenant_id)}
        record(session, Act(tenant_id, "incident.joined", f"incident:{group.id}", after=said))
    group.told |= group.tenants
