"""What people found out about decisions and incidents afterwards: whether they were right. Kept, counted, and put to use.

A kind of evidence that was mostly a false alarm is weighed less in a version of the policy that is suggested. Nothing changes
by itself: people try it, save it and let it act.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Uuid, cast, func, select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.detection.judging.policy import Policy
from aerostic.detection.models import Incident, RiskDecision, RiskSignal
from aerostic.words import N_

RIGHT, WRONG = "right", "wrong"
VERDICTS = {RIGHT: N_("It was right"), WRONG: N_("It was a false alarm")}
LATELY = timedelta(days=30)
# So many verdicts make a suggestion, where less than this share of them was right; even of none it leaves half the weight.
LEAST, MOSTLY, HALF = 5, 0.5, 0.5


@dataclass(frozen=True, slots=True)
class Tally:
    """How many decisions were found right, and wrong: those that rest on a detector's signals, or on a kind of evidence."""

    name: str
    right: int
    wrong: int

    @property
    def share(self) -> float:
        """The share of those that were right, in 0..1; 0 without any."""
        return self.right / max(self.right + self.wrong, 1)


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


def tallies_of_families(session: Session, since: datetime) -> Sequence[Tally]:
    """By kind of evidence, what was found out about decisions and incidents since then."""
    counts = Counter[tuple[str, str]]()
    for model, moment in ((RiskDecision, RiskDecision.began_at), (Incident, Incident.opened_at)):
        named = func.jsonb_array_elements_text(model.families).table_valued("value", name="named")
        judged = select(named.c.value, model.verdict, func.count()).select_from(model).join(named, model.verdict != "")
        for family, verdict, count in session.execute(
            judged.where(moment >= since).group_by(named.c.value, model.verdict)
        ):
            counts[family, verdict] += count
    return [Tally(name, counts[name, RIGHT], counts[name, WRONG]) for name in sorted({name for name, _ in counts})]


def suggested(policy: Policy, found: Iterable[Tally]) -> Mapping[str, float]:
    """The weights to give to kinds of evidence that were mostly false alarms: never more than they have, and the same again as
    long as people say the same.
    """
    weights = {
        one.name: round(HALF + one.share, 2) for one in found if one.right + one.wrong >= LEAST and one.share < MOSTLY
    }
    return {name: weight for name, weight in weights.items() if weight < policy.weights.get(name, 1.0)}
