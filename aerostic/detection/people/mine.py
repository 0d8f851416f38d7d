"""What a tenant is shown of detection: what is done about it now, and what was noticed, by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.orm import Session

from aerostic.detection.models import RiskAppeal, RiskDecision, RiskSignal
from aerostic.detection.people.lifting import strength

STRONG, MEDIUM = 0.9, 0.5
MOST = 50  # reasons of one decision


@dataclass(frozen=True, slots=True)
class Day:
    """How many signals there were on a day of the tenant's zone, by how sure they are."""

    day: date
    strong: int = 0
    medium: int = 0
    weak: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return self.strong + self.medium + self.weak


def acted_on(tenant_id: UUID) -> ColumnElement[bool]:
    """The condition for decisions that a tenant is told of: its own, those in the shadow left out."""
    return (RiskDecision.tenant_id == tenant_id) & RiskDecision.shadow.is_(False)


def in_force(session: Session, tenant_id: UUID, now: datetime) -> Sequence[RiskDecision]:
    """What is done about a tenant at this moment, what goes furthest first."""
    own = select(RiskDecision).where(RiskDecision.tenant_id == tenant_id, RiskDecision.in_force(now))
    own = own.order_by(RiskDecision.id.desc())
    return sorted(session.scalars(own.limit(50)), key=lambda one: -strength(one.action))


def behind(session: Session, decision: RiskDecision) -> Sequence[RiskSignal]:
    """The signals that a decision rests on and that are still kept, the surest first."""
    return behind_each(session, [decision])[decision.id]


def behind_each(session: Session, decisions: Iterable[RiskDecision]) -> Mapping[UUID, Sequence[RiskSignal]]:
    """As `behind`, of several decisions by their ids, in one question."""
    named = {one.id: {UUID(row) for row in one.signals} for one in decisions}
    wanted = {row for rows in named.values() for row in rows}
    found = session.scalars(select(RiskSignal).where(RiskSignal.id.in_(wanted))).all() if wanted else ()
    ordered = sorted(found, key=lambda row: (-row.score, row.id))
    return {name: [row for row in ordered if row.id in rows][:MOST] for name, rows in named.items()}


def by_day(session: Session, tenant_id: UUID, zone: str, days: int, now: datetime) -> Sequence[Day]:
    """A tenant's signals on each of the last days, today's among them."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, datetime.min.time(), ZoneInfo(zone))
    day = cast(func.timezone(zone, RiskSignal.time), Date).label("day")
    score = RiskSignal.score
    bands = (score >= STRONG, (score < STRONG) & (score >= MEDIUM), score < MEDIUM)
    query = select(day, *(func.count().filter(band) for band in bands)).where(
        RiskSignal.tenant_id == tenant_id, RiskSignal.time >= since
    )
    found = {row[0]: Day(row[0], row[1], row[2], row[3]) for row in session.execute(query.group_by(day))}
    return [found.get(first + timedelta(days=n), Day(first + timedelta(days=n))) for n in range(days)]


def appeals(session: Session, tenant_id: UUID) -> Sequence[tuple[RiskAppeal, RiskDecision]]:
    """What a tenant appealed against, the latest first."""
    query = select(RiskAppeal, RiskDecision).join(RiskDecision, RiskDecision.id == RiskAppeal.decision_id)
    query = query.where(RiskAppeal.tenant_id == tenant_id).order_by(RiskAppeal.id.desc()).limit(20)
    return [(row[0], row[1]) for row in session.execute(query)]
