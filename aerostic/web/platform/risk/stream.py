"""What is noticed and done, as it comes."""

from collections import Counter
from datetime import datetime, timedelta

from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.db import transaction, utcnow
from aerostic.detection.models import Incident, RiskDecision, RiskSignal
from aerostic.detection.people.appeals import count_waiting
from aerostic.detection.people.heat import EPOCH
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.web.risk.subjects import names, tenant_names

SHOWN = 30
STEP, STEPS = timedelta(minutes=5), 24


@views.get("/risk")
@staff_only("platform")
def stream() -> ResponseReturnValue:
    """The latest signals and decisions; the page fetches them anew when there are more."""
    now = utcnow()
    with transaction(CONSOLE) as session:
        signals = session.scalars(
            select(RiskSignal).order_by(RiskSignal.time.desc(), RiskSignal.id.desc()).limit(SHOWN)
        ).all()
        decisions = session.scalars(select(RiskDecision).order_by(RiskDecision.id.desc()).limit(SHOWN)).all()
        standing = select(RiskDecision.action, func.count()).where(RiskDecision.in_force(now))
        by_action = standing.group_by(RiskDecision.action)
        return render(
            "platform/risk/stream.html",
            signals=signals,
            decisions=decisions,
            subjects=names(session, [*signals, *decisions]),
            tenants=tenant_names(session, [row.tenant_id for row in (*signals, *decisions)]),
            acting=Counter(dict(session.execute(by_action).all())),
            open_incidents=_open(session),
            appeals=count_waiting(session),
            lately=_lately(session),
            now=now,
        )


def _open(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Incident).where(Incident.state == "open")) or 0


def _lately(session: Session) -> Chart:
    """Signals and decisions of the last two hours, in steps of five minutes."""
    newest = EPOCH + (utcnow() - EPOCH) // STEP * STEP
    times = [newest - STEP * n for n in reversed(range(STEPS))]
    counts: list[dict[datetime, int]] = []
    for model, moment in ((RiskSignal, RiskSignal.time), (RiskDecision, RiskDecision.began_at)):
        place = func.date_bin(STEP, moment, EPOCH).label("place")
        query = select(place, func.count()).select_from(model).where(moment >= times[0]).group_by(place)
        counts.append(dict(session.execute(query).all()))
    return Chart(
        "bar",
        [format_time(moment, "short") for moment in times],
        [
            Series(_("Signals"), [counts[0].get(moment, 0) for moment in times], 2),
            Series(_("Decisions"), [counts[1].get(moment, 0) for moment in times], 6),
        ],
    )
