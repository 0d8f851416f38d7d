"""Workspaces by time: where it is hot."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime, format_time
from flask_babel import gettext as _

from aerostic.db import transaction, utcnow
from aerostic.detection.people.heat import Heat, heat
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.web.risk.subjects import tenant_names
from aerostic.words import N_

# The length of a span of time, how many there are, and what all of it is called.
RANGES = {
    "day": (timedelta(hours=1), 24, N_("24 hours")),
    "week": (timedelta(hours=6), 28, N_("7 days")),
    "month": (timedelta(days=1), 30, N_("30 days")),
}


@views.get("/risk/map")
@staff_only("platform")
def heat_map() -> ResponseReturnValue:
    """The workspaces that most was noticed about."""
    chosen = request.args.get("range", "")
    chosen = chosen if chosen in RANGES else "day"
    step, steps, _words = RANGES[chosen]
    with transaction(CONSOLE) as session:
        found = heat(session, step, steps, utcnow())
        names = tenant_names(session, found.rows)
    return render(
        "platform/risk/map.html",
        chart_data=_chart(found, step, names),
        heat=found,
        names=names,
        ranges=[(name, _(words)) for name, (_step, _steps, words) in RANGES.items()],
        range_name=chosen,
    )


def _chart(found: Heat, step: timedelta, names: Mapping[UUID, str]) -> Chart:
    """The hottest on top: rows are drawn upwards."""
    rows = [Series(names.get(tenant_id, "?"), scores) for tenant_id, scores in reversed(list(found.rows.items()))]
    return Chart("heatmap", [_label(moment, step) for moment in found.times], rows)


def _label(moment: datetime, step: timedelta) -> str:
    if step >= timedelta(days=1):
        return str(format_date(moment, "d MMM"))
    if step > timedelta(hours=1):
        return str(format_datetime(moment, "d MMM HH:mm"))
    return str(format_time(moment, "short"))
