"""What of detection goes with time: signals after 30 days; decisions, incidents and overrides that are over, after a year."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from aerostic.db import service_scope, transaction, utcnow
from aerostic.detection.models import Incident, RiskDecision, RiskOverride, RiskSignal
from aerostic.registry import Schedule

SIGNALS_KEPT, REST_KEPT = timedelta(days=30), timedelta(days=365)
CHUNK, DAILY = 5_000, 24 * 3600


def tidy() -> None:
    """Let go what is old. Appeals go with their decisions."""
    before = utcnow() - REST_KEPT
    _remove(RiskSignal, RiskSignal.time < utcnow() - SIGNALS_KEPT)
    _remove(RiskDecision, RiskDecision.until < before)
    _remove(RiskOverride, RiskOverride.until < before)
    _remove(Incident, (Incident.state == "closed") & (Incident.last_at < before))


def _remove(model: Any, old: ColumnElement[bool]) -> None:
    gone = CHUNK
    while gone == CHUNK:
        with transaction(service_scope("detection")) as session:
            ids = session.scalars(select(model.id).where(old).limit(CHUNK)).all()
            session.execute(delete(model).where(model.id.in_(ids)))
        gone = len(ids)


SCHEDULES = (Schedule("detection.tidy", tidy, DAILY),)
