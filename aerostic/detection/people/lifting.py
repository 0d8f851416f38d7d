"""Ending what is done about a subject before its time.

The flag goes first, then the row changes, so that nobody is told that they are free who is not.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.detection.models import RiskDecision
from aerostic.security.restrictions import ACTIONS, Restrictions


def in_force(decision: RiskDecision, now: datetime) -> bool:
    """Whether something is done because of a decision at this moment."""
    return not decision.shadow and decision.ended_at is None and decision.until > now


def lift(
    session: Session,
    flags: Restrictions,
    decision: RiskDecision,
    how: str,
    reason: str,
    user_id: UUID,
    now: datetime,
) -> None:
    """End a decision and take its flag away, but not one that another decision has set since. One that has ended is left alone.

    The audit of whom it concerns says so.

    Args:
        decision: of the session, locked.
        how: `lifted`, `appeal` or `override`.
        reason: why, in a person's words.
        user_id: whose word it is.

    Raises:
        RedisError: the flag cannot be reached; the caller's transaction is to be rolled back.
    """
    if not in_force(decision, now):
        return
    subject = decision.subject_kind, decision.subject
    # Where nobody can say what the flag is, there seems to be none: taking it away then fails, as it should.
    flag = flags.of([subject]).get(subject)
    if flag is None or flag.decision_id == str(decision.id):
        flags.lift(*subject)
    decision.ended_at, decision.ended_how = now, how
    decision.ended_by, decision.ended_reason = user_id, reason
    record(
        session, Act(decision.tenant_id, "risk.lifted", f"decision:{decision.id}", after={"how": how}, reason=reason)
    )


def standing_on(session: Session, kind: str, subject: str, now: datetime) -> Sequence[RiskDecision]:
    """What is done about a subject at a moment, locked to be changed."""
    own = RiskDecision.subject_kind == kind, RiskDecision.subject == subject
    open_ones = select(RiskDecision).where(*own, RiskDecision.in_force(now))
    return session.scalars(open_ones.order_by(RiskDecision.id).with_for_update()).all()


def strength(action: str) -> int:
    """How far an action goes; 0 for none."""
    return ACTIONS.index(action) + 1 if action in ACTIONS else 0
