"""Versions of the forest: what each was trained on, how it did, how far the world has drifted from it."""

from flask.typing import ResponseReturnValue

from aerostic.db import transaction
from aerostic.detection.forest.models import RiskModel
from aerostic.detection.forest.versions import listed
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.words import N_

MOST = 50
# How a version stands, with the colour of its badge.
STATES = {
    "active": (N_("Scores"), "success"),
    "shadow": (N_("In the shadow"), "info"),
    "saved": (N_("Saved"), "secondary"),
    "retired": (N_("Retired"), "secondary"),
}


@views.get("/risk/models")
@staff_only("platform")
def models() -> ResponseReturnValue:
    """All of them, the newest first."""
    with transaction(CONSOLE) as session:
        rows = listed(session)[:MOST]
    return render("platform/risk/models.html", rows=rows, states=STATES, drift=_drift(rows[0]) if rows else None)


def _drift(row: RiskModel) -> Chart:
    """How far each feature has moved, as its population stability index."""
    values = {name: value for name, value in row.drift.items() if isinstance(value, int | float)}
    return Chart("hbar", list(values), [Series("PSI", list(values.values()))])
