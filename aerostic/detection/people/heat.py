"""How much was noticed about whom, and when: tenants by time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.detection.models import RiskSignal

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Heat:
    """The tenants that most was noticed about: `rows` has the sum of the scores in each span of time that begins at `times`."""

    times: Sequence[datetime]
    rows: Mapping[UUID, Sequence[float]]
    counts: Mapping[UUID, int]


def heat(session: Session, step: timedelta, steps: int, now: datetime, most: int = 25) -> Heat:
    """The last so many spans of time, the present one among them.

    Args:
        step: the length of a span.
        steps: how many there are.
        most: how many tenants are named, those with the highest sums.
    """
    newest = EPOCH + (now - EPOCH) // step * step
    times = [newest - step * n for n in reversed(range(steps))]
    place = func.date_bin(step, RiskSignal.time, EPOCH).label("place")
    query = select(RiskSignal.tenant_id, place, func.sum(RiskSignal.score), func.count()).where(
        RiskSignal.time >= times[0], RiskSignal.tenant_id.is_not(None)
    )
    columns = {moment: number for number, moment in enumerate(times)}
    rows: dict[UUID, list[float]] = defaultdict(lambda: [0.0] * steps)
    counts: dict[UUID, int] = defaultdict(int)
    for tenant_id, moment, score, count in session.execute(query.group_by(RiskSignal.tenant_id, place)):
        if tenant_id is not None and moment in columns:
            rows[tenant_id][columns[moment]] = round(score, 2)
            counts[tenant_id] += count
    hottest = sorted(rows, key=lambda tenant_id: (-sum(rows[tenant_id]), tenant_id))[:most]
    return Heat(times, {one: rows[one] for one in hottest}, counts)
