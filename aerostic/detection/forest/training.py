"""The job that keeps the forest up to date.

A new version is made when the platform's rows are not what they were, or the active one is a day old. It is fitted to three of
four rows of the sample and compared with the active one on the fourth. One that is not worse goes into the shadow: what comes
from then on, it has never seen. When there is enough of that the two are compared again, and the better one judges. The first
version judges at once: before it there is nothing.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.db import service_scope, transaction, utcnow
from aerostic.detection.forest.comparing import measure, worse
from aerostic.detection.forest.drift import LEAST_ROWS as ENOUGH_TO_SEE
from aerostic.detection.forest.drift import drift, drifted
from aerostic.detection.forest.features import Rows
from aerostic.detection.forest.fitting import LEAST_ROWS, fit
from aerostic.detection.forest.metrics import DRIFT
from aerostic.detection.forest.model import Model
from aerostic.detection.forest.models import RiskModel
from aerostic.detection.forest.sample import Sample
from aerostic.detection.forest.versions import activate, alone, in_state, loaded, move, save
from aerostic.registry import runtime

log = structlog.get_logger(__name__)
OLD, PAUSE = timedelta(days=1), timedelta(hours=1)
HELD_OUT = 4

What = Literal["busy", "waiting", "kept", "first", "shadow", "refused", "promoted", "retired", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look of the job came to.

    Args:
        what: busy (another one is at it), waiting (for rows), kept (nothing to do), failed, or what became of a version.
        version: which one.
        reason: why, for people.
    """

    what: What
    version: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Rows:
    times: NDArray[np.float64]
    rows: Rows

    def since(self, moment: datetime) -> Rows:
        fresh: Rows = self.rows[self.times > moment.timestamp()]
        return fresh


def retrain(now: Callable[[], datetime] = utcnow, *, asked: bool = False) -> Outcome:
    """Look at the rows, and make, promote or refuse a version where that is due. Needs an application context.

    Args:
        now: the clock.
        asked: somebody wants a new version: it need not be due. One that is in the shadow has its turn first.
    """
    ours = runtime()
    sample = _Rows(*Sample(ours.redis, ours.settings.redis_prefix).read())
    with transaction(service_scope("detection")) as session:
        outcome = (
            _look(session, sample, now(), asked) if alone(session) else Outcome("busy", reason="Another one is at it.")
        )
    if outcome.what not in ("busy", "waiting", "kept"):
        log.info("forest", what=outcome.what, version=outcome.version, reason=outcome.reason)
    return outcome


def _look(session: Session, sample: _Rows, now: datetime, asked: bool) -> Outcome:
    row = in_state(session, "active")
    active = loaded(row)
    if row is None or active is None:
        return _first(session, sample, now)
    moved = _drift(row, active.model, sample)
    if shadow := in_state(session, "shadow"):
        return _end_shadow(session, shadow, active.model, sample.since(shadow.trained_at))
    last = session.scalar(select(func.max(RiskModel.trained_at)))
    due = (moved or now - row.trained_at > OLD) and last is not None and now - last >= PAUSE
    if not (asked or due):
        return Outcome("kept", row.version)
    return _next(session, active.model, sample, now)


def _drift(row: RiskModel, model: Model, sample: _Rows) -> list[str]:
    """The features that are other ones since the model was made; noted with it."""
    fresh = sample.since(row.trained_at)
    if len(fresh) < ENOUGH_TO_SEE:
        return []
    row.drift = drift(model.lots, model.edges, fresh)
    for name, index in row.drift.items():
        DRIFT.labels(name).set(index)
    return drifted(row.drift)


def _first(session: Session, sample: _Rows, now: datetime) -> Outcome:
    if len(sample.rows) < LEAST_ROWS:
        return Outcome("waiting", reason=f"There are {len(sample.rows)} rows; a model needs {LEAST_ROWS}.")
    model = fit(sample.rows, _seed(now))
    row = save(session, model, rows=len(sample.rows), metrics={}, state="saved", now=now)
    activate(session, row, "there was none before")
    return Outcome("first", row.version, row.reason)


def _next(session: Session, active: Model, sample: _Rows, now: datetime) -> Outcome:
    held = np.arange(len(sample.rows)) % HELD_OUT == 0
    if np.count_nonzero(~held) < LEAST_ROWS:
        return Outcome("waiting", reason=f"There are {len(sample.rows)} rows, too few to try a model on.")
    model = fit(sample.rows[~held], _seed(now))
    metrics, reason = _compared(model, active, sample.rows[held])
    state: Literal["refused", "shadow"] = "refused" if reason else "shadow"
    kept = "saved" if reason else "shadow"
    fitted = int(np.count_nonzero(~held))
    row = save(session, model, rows=fitted, metrics=metrics, state=kept, now=now, reason=reason)
    return Outcome(state, row.version, reason)


def _end_shadow(session: Session, row: RiskModel, active: Model, fresh: Rows) -> Outcome:
    """Promote or retire what is in the shadow, once there are rows that it has never seen."""
    shadow = loaded(row)
    if shadow is None:
        move(session, row, "retired", "it was made for another version of the code")
        return Outcome("retired", row.version, row.reason)
    if len(fresh) < LEAST_ROWS:
        return Outcome("waiting", row.version, f"Its shadow has seen {len(fresh)} rows of {LEAST_ROWS}.")
    metrics, reason = _compared(shadow.model, active, fresh)
    row.metrics = {**row.metrics, "in_shadow": metrics}
    if reason:
        move(session, row, "retired", reason)
        return Outcome("retired", row.version, reason)
    activate(session, row, "it did not do worse on what came after it was made")
    return Outcome("promoted", row.version, row.reason)


def _compared(model: Model, active: Model, rows: Rows) -> tuple[dict[str, Any], str]:
    mine, theirs = measure(model, rows), measure(active, rows)
    return {"own": asdict(mine), "active": asdict(theirs), "rows": len(rows)}, worse(mine, theirs)


def _seed(now: datetime) -> int:
    return int(now.timestamp()) % 2**31
