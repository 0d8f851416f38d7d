"""Appeals: what a tenant says against something that was done about it, and what staff answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.db import utcnow
from aerostic.detection.models import RiskAppeal, RiskDecision
from aerostic.detection.people.lifting import lift, standing_on
from aerostic.detection.people.overrides import spare
from aerostic.detection.people.verdicts import RIGHT, WRONG, judge
from aerostic.security.restrictions import Restrictions
from aerostic.words import N_

LONGEST = 2_000
# So often may one decision be appealed against, one after the other.
MOST = 3
WAITING = N_("You have appealed already. Wait for the answer; it comes by mail.")
ENOUGH = N_("This was appealed against and answered. Write to support if something is new.")
ANSWERED = N_("Somebody has answered this appeal already.")
GRANTED, REFUSED = "granted", "refused"


class AppealError(Exception):
    """It cannot be appealed against, or answered; the words say why, marked for translation."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What staff say to an appeal.

    Args:
        granted: whether what was done ends, and counts as a false alarm.
        text: the answer, as the tenant reads it.
        spared: for how long nothing more is done about the subject after that; None where the next signal may act again.
    """

    granted: bool
    text: str
    spared: timedelta | None = None


def appeal(session: Session, tenant_id: UUID, decision_id: UUID, text: str, user_id: UUID) -> RiskAppeal:
    """Appeal against a decision: one that is in force, or one that was, which reports a false alarm.

    Raises:
        LookupError: the tenant has no such decision.
        AppealError: an appeal waits already, or enough were answered.
    """
    own = RiskDecision.tenant_id == tenant_id, RiskDecision.id == decision_id, RiskDecision.shadow.is_(False)
    if session.scalar(select(RiskDecision.id).where(*own).with_for_update()) is None:
        raise LookupError("There is no such decision.")
    earlier = of_decision(session, decision_id)
    if any(not one.outcome for one in earlier):
        raise AppealError(WAITING)
    if len(earlier) >= MOST:
        raise AppealError(ENOUGH)
    row = RiskAppeal(tenant_id=tenant_id, decision_id=decision_id, text=text, user_id=user_id)
    session.add(row)
    record(session, Act(tenant_id, "risk.appealed", f"decision:{decision_id}", reason=text))
    return row


def of_decision(session: Session, decision_id: UUID) -> Sequence[RiskAppeal]:
    """The appeals against one decision, the latest first."""
    own = select(RiskAppeal).where(RiskAppeal.decision_id == decision_id)
    return session.scalars(own.order_by(RiskAppeal.id.desc())).all()


def answer(
    session: Session, flags: Restrictions, appeal_id: UUID, said: Answer, user_id: UUID, now: datetime | None = None
) -> RiskAppeal:
    """Answer an appeal. Granted, it ends what was done, and counts as a false alarm; refused, as right, if nobody has judged yet.

    Raises:
        LookupError: there is no such appeal.
        AppealError: it was answered already.
        RedisError: the flag cannot be reached; the transaction is to be rolled back.
    """
    now = now or utcnow()
    row = session.get(RiskAppeal, appeal_id, with_for_update=True)
    if row is None:
        raise LookupError("There is no such appeal.")
    if row.outcome:
        raise AppealError(ANSWERED)
    row.outcome, row.answer = GRANTED if said.granted else REFUSED, said.text
    row.answered_by, row.answered_at = user_id, now
    record(session, Act(row.tenant_id, f"risk.{row.outcome}", f"decision:{row.decision_id}", reason=said.text))
    decision = session.get_one(RiskDecision, row.decision_id, with_for_update=True)
    if not said.granted and not decision.verdict:
        judge(session, decision, RIGHT, user_id)
    if said.granted:
        judge(session, decision, WRONG, user_id)
        # What has taken its place meanwhile rests on the same evidence.
        for one in standing_on(session, decision.subject_kind, decision.subject, now):
            if one.id == decision.id or decision.ended_how == "replaced":
                lift(session, flags, one, "appeal", said.text, user_id, now)
        if said.spared:
            spare(session, flags, decision, said.spared, said.text, user_id, now)
    return row


def count_waiting(session: Session) -> int:
    """How many appeals wait for an answer."""
    return session.scalar(select(func.count()).where(RiskAppeal.outcome == "")) or 0
