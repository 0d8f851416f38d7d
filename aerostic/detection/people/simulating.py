"""Trying a policy on signals of the past: which decisions would have been others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.detection.contract import Signal, Subject
from aerostic.detection.judging.deciding import Decider, Decision
from aerostic.detection.judging.policy import RANK, Policy
from aerostic.detection.judging.risk import Key, Risk
from aerostic.detection.models import RiskDecision, RiskSignal
from aerostic.detection.people.verdicts import RIGHT, WRONG, Tally
from aerostic.security.restrictions import Action
from aerostic.tenancy.models import Tenant

MOST = 20_000


@dataclass(frozen=True, slots=True)
class Past:
    """What was noticed in a time, and the tenants that there are, each with the moment it came."""

    signals: Sequence[Signal]
    tenants: Mapping[UUID, float]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Fate:
    """What a policy does to one subject: the strongest action, when that begins, and how often it acts."""

    action: Action
    at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A subject that two policies treat otherwise. `before` and `after` are None where nothing is done to it."""

    subject: Subject
    before: Fate | None
    after: Fate | None

    @property
    def harder(self) -> bool:
        """Whether more is done to it than before."""
        return _rank(self.after) > _rank(self.before)


def past(session: Session, since: datetime, until: datetime) -> Past:
    """The signals of a time, the oldest first; of more than 20,000 the newest."""
    rows = session.scalars(
        select(RiskSignal)
        .where(RiskSignal.time >= since, RiskSignal.time < until)
        .order_by(RiskSignal.time.desc(), RiskSignal.id.desc())
        .limit(MOST)
    ).all()
    tenants = {row.id: row.created_at.timestamp() for row in session.execute(select(Tenant.id, Tenant.created_at))}
    return Past([_signal(row) for row in reversed(rows)], tenants, len(rows) < MOST)


def replay(what: Past, policy: Policy) -> Sequence[Decision]:
    """What a policy would have decided, in its order. What people said meanwhile (overrides, lifting) has no part in it."""
    decider = Decider(policy, 0, Risk())
    end = what.signals[-1].time if what.signals else 0.0
    decider.seen.restore([[str(tenant), came, end] for tenant, came in what.tenants.items()])
    made: list[Decision] = []
    for signal in what.signals:
        made += decider.decide([signal], signal.time)[1]
    return made


def differences(what: Past, before: Policy, after: Policy) -> Sequence[Difference]:
    """The subjects that two policies treat otherwise, those that the second is harder on first."""
    return compared(what, fates(replay(what, before)), fates(replay(what, after)))


def compared(what: Past, old: Mapping[Key, Fate], new: Mapping[Key, Fate]) -> Sequence[Difference]:
    """As `differences`, of what two policies did."""
    subjects = {_key(signal.subject): signal.subject for signal in what.signals}
    found = [Difference(subjects[key], old.get(key), new.get(key)) for key in old.keys() | new.keys()]
    changed = [one for one in found if _rank(one.before) != _rank(one.after) or _times(one.before) != _times(one.after)]
    return sorted(changed, key=lambda one: (_rank(one.before) - _rank(one.after), _key(one.subject)))


def fates(decisions: Iterable[Decision]) -> dict[Key, Fate]:
    """What decisions did to each subject."""
    found: dict[Key, Fate] = {}
    for one in decisions:
        key = _key(one.subject)
        known = found.get(key)
        times = (known.times if known else 0) + (not one.prolongs)
        if known is None or RANK[one.action] > RANK[known.action]:
            found[key] = Fate(one.action, datetime.fromtimestamp(one.time, UTC), times)
        else:
            found[key] = Fate(known.action, known.at, times)
    return found


def judged(session: Session, since: datetime) -> Mapping[Key, str]:
    """The subjects of decisions since then that people have judged, each with their last verdict."""
    columns = RiskDecision.subject_kind, RiskDecision.subject, RiskDecision.verdict
    own = select(*columns).where(RiskDecision.verdict != "", RiskDecision.began_at >= since)
    return {(kind, subject): verdict for kind, subject, verdict in session.execute(own.order_by(RiskDecision.id))}


def held_to(found: Mapping[Key, Fate], verdicts: Mapping[Key, str]) -> Tally:
    """How much of what a policy does beyond watching people found right, and wrong."""
    said = [verdicts.get(key) for key, fate in found.items() if fate.action != "watch"]
    return Tally("", said.count(RIGHT), said.count(WRONG))


def _signal(row: RiskSignal) -> Signal:
    subject = Subject(row.subject_kind, row.subject, row.tenant_id)  # type: ignore[arg-type]
    return Signal(
        row.detector,
        row.family,
        subject,
        row.score,
        row.time.timestamp(),
        row.says,
        row.evidence,
        frozenset(row.shares),
    )


def _key(subject: Subject) -> Key:
    return subject.kind, subject.id


def _rank(fate: Fate | None) -> int:
    return -1 if fate is None else RANK[fate.action]


def _times(fate: Fate | None) -> int:
    return fate.times if fate else 0
