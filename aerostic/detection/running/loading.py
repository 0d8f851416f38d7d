"""What people and other processes have changed: the policy, what stands, what staff forbid. Read every other second."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import first_id, utcnow
from aerostic.detection.judging.deciding import Decider
from aerostic.detection.judging.engine import Engine
from aerostic.detection.judging.policy import DEFAULT, Policy
from aerostic.detection.judging.risk import Key
from aerostic.detection.judging.standing import Held
from aerostic.detection.models import RiskDecision, RiskOverride, RiskPolicy
from aerostic.detection.people.policies import ACTIVE, LOCK, SHADOW, of_state
from aerostic.security.restrictions import Action

log = structlog.get_logger()

# A decision that people ended before it was ever read as standing; reading happens every other second.
JUST = timedelta(minutes=10)
BY_PEOPLE = ("lifted", "appeal", "override")


@dataclass(frozen=True, slots=True)
class Loaded:
    """As the database has it.

    Args:
        policy, version: the active version of the policy.
        shadow: the version that decides beside it without acting.
        standing: actions that stand.
        limits: the most that may be done to subjects, each until a moment.
        ended: ids of decisions of the last minutes that people have ended.
    """

    policy: Policy
    version: int
    shadow: tuple[Policy, int] | None
    standing: Mapping[Key, Held]
    limits: Mapping[Key, tuple[str, float]]
    ended: Collection[UUID] = frozenset()


def load(session: Session) -> Loaded:
    """Read everything."""
    policy, version = _active(session)
    return Loaded(policy, version, _shadow(session), _standing(session), _limits(session), _ended(session))


def take(loaded: Loaded, engine: Engine, now: float) -> list[tuple[Key, Held]]:
    """Let an engine go on with what was read.

    Args:
        loaded: what was read.
        engine: whose.
        now: the clock, in seconds since 1970.

    Returns:
        What people have ended before its time: nothing is held against these subjects any more.
    """
    engine.use(loaded.policy, loaded.version)
    engine.use_shadow(*(loaded.shadow or (None,)))
    engine.decider.standing.limit(loaded.limits)
    engine.decider.standing.is_blind = False
    if engine.shadow is not None:  # nothing of it is a row's, but the word of staff holds there, too
        engine.shadow.standing.limit(loaded.limits)
        engine.shadow.standing.acted_on(now)
    return _compare(loaded.standing, loaded.ended, engine.decider, now)


def _compare(there: Mapping[Key, Held], gone: Collection[UUID], decider: Decider, now: float) -> list[tuple[Key, Held]]:
    """What was decided here and is no row yet stays; what was a row and is none any more has been ended."""
    standing, ended = decider.standing, []
    for key, held in list(standing.all().items()):
        row = there.get(key)
        if row is not None and row.id == held.id:
            held.is_row = True
        elif held.until > now and (held.id in gone or (held.is_row and row is None)):
            standing.end(*key)
            decider.risk.forget(*key)
            ended.append((key, held))
        elif held.until <= now:
            standing.end(*key)
    for key, row in there.items():
        known = standing.all().get(key)
        if known is None or known.is_row:
            until = row.until if known is None or known.id != row.id else max(row.until, known.until)
            standing.put(key, Held(row.id, row.action, until, row.tenant_id, is_row=True))
    return ended


def _active(session: Session) -> tuple[Policy, int]:
    newest = select(RiskPolicy).where(RiskPolicy.state == ACTIVE).order_by(RiskPolicy.version.desc())
    for row in session.scalars(newest):
        if (policy := _read(row)) is not None:
            return policy, row.version
    return _first(session)


def _shadow(session: Session) -> tuple[Policy, int] | None:
    row = of_state(session, SHADOW)
    policy = None if row is None else _read(row)
    return None if row is None or policy is None else (policy, row.version)


def _first(session: Session) -> tuple[Policy, int]:
    """The policy that ships becomes version 1; where versions are there and none can be used, it acts as version 0."""
    session.execute(LOCK)
    if session.scalar(select(RiskPolicy.id).limit(1)) is not None:
        return DEFAULT, 0
    session.add(RiskPolicy(version=1, document=DEFAULT.model_dump(mode="json"), state=ACTIVE))
    return DEFAULT, 1


def _read(row: RiskPolicy) -> Policy | None:
    try:
        return Policy.model_validate(row.document)
    except ValidationError as error:
        log.error("a version of the policy cannot be read", version=row.version, problems=error.error_count())
        return None


def _standing(session: Session) -> dict[Key, Held]:
    columns = (RiskDecision.subject_kind, RiskDecision.subject, RiskDecision.id, RiskDecision.action)
    query = select(*columns, RiskDecision.until, RiskDecision.tenant_id)
    rows: Any = session.execute(query.where(RiskDecision.in_force(utcnow())).order_by(RiskDecision.id))
    found: dict[Key, Held] = {}
    for kind, subject, row_id, action, until, tenant_id in rows:
        found[kind, subject] = Held(cast(UUID, row_id), cast(Action, action), until.timestamp(), tenant_id, is_row=True)
    return found


def _ended(session: Session) -> Collection[UUID]:
    lately = (RiskDecision.id >= first_id(utcnow() - JUST), RiskDecision.ended_how.in_(BY_PEOPLE))
    return set(session.scalars(select(RiskDecision.id).where(*lately)))


def _limits(session: Session) -> dict[Key, tuple[str, float]]:
    """Where several hold, the last word counts."""
    columns = (RiskOverride.subject_kind, RiskOverride.subject, RiskOverride.most, RiskOverride.until)
    rows = session.execute(select(*columns).where(RiskOverride.in_force(utcnow())).order_by(RiskOverride.id))
    return {(kind, subject): (most, until.timestamp()) for kind, subject, most, until in rows}
