"""What of detection goes with time."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.dialects.postgresql import insert

from aerostic.db import transaction, utcnow
from aerostic.detection.models import Incident, RiskDecision, RiskOverride, RiskSignal
from aerostic.detection.running.housekeeping import tidy
from aerostic.detection.running.written import signal_row
from aerostic.registry import runtime
from tests.core.detection.running.test_watching import LOOKING, rows
from tests.support.detecting import signal


def test_signals_go_after_a_month_and_the_rest_after_a_year(app: Flask) -> None:
    now = utcnow()
    with transaction(LOOKING) as session:
        for days in (29, 31):
            time = (now - timedelta(days=days)).timestamp()
            session.execute(insert(RiskSignal).values(signal_row(signal(time=time), 1, None)))
        for days in (364, 366):
            at = now - timedelta(days=days)
            whom = {"subject_kind": "address", "subject": str(days)}
            session.add(
                RiskDecision(action="block", score=1, families=[], signals=[], policy_version=1, until=at, **whom)
            )
            session.add(RiskOverride(reason="x", until=at, **whom))
            for state in ("open", "closed"):
                session.add(Incident(state=state, last_at=at, families=[], shares=[str(days)], score=1))
    tidy()
    assert [(now - row.time).days for row in rows(RiskSignal)] == [29]
    assert [row.subject for model in (RiskDecision, RiskOverride) for row in rows(model)] == ["364", "364"]
    assert sorted((row.shares[0], row.state) for row in rows(Incident)) == [
        ("364", "closed"),
        ("364", "open"),
        ("366", "open"),
    ]


def test_it_is_done_every_day(app: Flask) -> None:
    assert runtime().schedules["detection.tidy"].seconds == 24 * 3600
