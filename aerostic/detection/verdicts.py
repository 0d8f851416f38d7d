"""What people found out about decisions and incidents afterwards: whether they were right. Kept, and counted by detector."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, cast, func, select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.detection.models import RiskDecision, RiskSignal
from aerostic.words import N_

RIGHT, WRONG = "right", "wrong"
VERDICTS = {RIGHT: N_("It was right"), WRONG: N_("It was a false alarm")}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many decisions that rest on a detector's signals were found right, and wrong."""

    detector: str
    right: int
    wrong: int

    @property
    def share(self) -> float:
        """The share of those that were right, in 0..1."""
        return self.right / (self.right + self.wrong)


def judge(session: Session, decision: RiskDecision, verdict: str, user_id: UUID) -> None:
    """Keep what somebody found out about a decision; a later verdict replaces an earlier one.

    Raises:
        ValueError: it is no verdict.
    """
    if verdict not in VERDICTS:
        raise ValueError(f"{verdict!r} is no verdict")
    before = {"verdict": decision.verdict}
    decision.verdict, decision.verdict_by = verdict, user_id
    record(session, Act(decision.tenant_id, "risk.judged", f"decision:{decision.id}", before, {"verdict": verdict}))


def tallies(session: Session, since: datetime) -> Sequence[Tally]:
    """By detector, what was found out about decisions since then; those that nobody judged are left out."""
    named = func.jsonb_array_elements_text(RiskDecision.signals).table_valued("value", name="named")
    behind = (
        select(RiskSignal.detector, RiskDecision.id, RiskDecision.verdict)
        .select_from(RiskDecision)
        .join(named, RiskDecision.verdict != "")
        .join(RiskSignal, RiskSignal.id == cast(named.c.value, Uuid))
        .where(RiskDecision.began_at >= since)
        .distinct()
        .subquery()
    )
    counted = [func.count().filter(behind.c.verdict == verdict) for verdict in (RIGHT, WRONG)]
    rows = session.execute(select(behind.c.detector, *counted).group_by(behind.c.detector).order_by(behind.c.detector))
    return [Tally(*row) for row in rows]
