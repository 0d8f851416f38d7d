"""A false alarm stays one for a day: what people have closed as such opens no incident with the next signal of its kind.

Its signals go on to be put with it, so that people who look see that it went on.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from aerostic.detection.incidents.grouping import TENANT, Group
from aerostic.detection.models import Incident, RiskSignal, moment
from aerostic.detection.people.mine import MEDIUM, STRONG
from aerostic.detection.people.verdicts import WRONG

QUIET = timedelta(days=1)
MOST = 10


def stays_quiet(session: Session, row: Incident, group: Group) -> bool:
    """Whether what is new in a group is no more than a false alarm that was closed less than a day ago: about the same
    subjects and tenants, by the same kinds of evidence, and no stronger.
    """
    if row.verdict != WRONG or row.closed_at is None or moment(group.last) >= row.closed_at + QUIET:
        return False
    families = {family for _, family in group.new}
    tenants = {f"{TENANT}{tenant}" for tenant in group.fresh}
    if _grade(group.score) > _grade(row.score) or not (families <= set(row.families) and tenants <= set(row.shares)):
        return False
    subjects = {subject for subject, _ in group.new}
    same = tuple_(RiskSignal.subject_kind, RiskSignal.subject).in_(sorted(subjects))
    known = select(RiskSignal.subject_kind, RiskSignal.subject).where(RiskSignal.incident_id == row.id, same)
    return len(session.execute(known.distinct()).all()) == len(subjects)


def false_alarm(session: Session, group: Group, shared: ColumnElement[bool]) -> Incident | None:
    """The one that a group which is no incident yet is a part of.

    Args:
        shared: the condition for incidents that share something with it.
    """
    lately = Incident.closed_at > moment(group.last) - QUIET
    closed = select(Incident).where(Incident.verdict == WRONG, lately, shared).order_by(Incident.id.desc()).limit(MOST)
    rows = session.scalars(closed.with_for_update())
    return next((row for row in rows if stays_quiet(session, row, group)), None)


def _grade(score: float) -> int:
    return (score >= MEDIUM) + (score >= STRONG)
