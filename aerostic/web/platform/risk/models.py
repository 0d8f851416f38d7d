"""Versions of the forest: how each did, how far the world has drifted from it; having one trained, choosing one."""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from aerostic.audit import Act, record
from aerostic.db import transaction
from aerostic.detection.forest import asking, versions
from aerostic.detection.forest.models import RiskModel
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render, toast
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.words import N_

MOST = 50
LONGEST_REASON = 200
# How a version stands, with the colour of its badge.
STATES = {
    "active": (N_("Scores"), "success"),
    "shadow": (N_("In the shadow"), "info"),
    "saved": (N_("Saved"), "secondary"),
    "retired": (N_("Retired"), "secondary"),
}
# What came of a training that somebody asked for; of what is not here, its reason says all.
OUTCOMES = {
    "first": N_("Version %(number)s was trained and scores."),
    "shadow": N_("Version %(number)s was trained. It is in the shadow until enough has come that it has never seen."),
    "refused": N_("Version %(number)s was trained and did worse than the one that scores. It is saved."),
    "promoted": N_("Version %(number)s, which was in the shadow, scores now. Ask again for a newer one."),
    "retired": N_("Version %(number)s, which was in the shadow, is retired. Ask again for a newer one."),
    "waiting": N_(
        "No version was trained: there is not enough to learn from, or one in the shadow has to see more first."
    ),
    "busy": N_("No version was trained: another training was under way."),
    "failed": N_("The training failed. The page of queues says why."),
}


@views.get("/risk/models")
@staff_only("platform")
def models() -> ResponseReturnValue:
    """All of them, the newest first."""
    with transaction(CONSOLE) as session:
        rows, usable = versions.listed(session)[:MOST], versions.usable(session)
    scoring = next((row for row in rows if row.state == "active"), None)
    return render(
        "platform/risk/models.html",
        rows=rows,
        usable=usable,
        states=STATES,
        drift=_drift(scoring) if scoring else None,
        waiting=asking.is_waiting(),
        answer=asking.last(),
        outcomes=OUTCOMES,
        longest=LONGEST_REASON,
    )


@views.post("/risk/models/train")
@staff_only("platform")
def train_model() -> ResponseReturnValue:
    """Have a new version trained, whether or not one is due."""
    with transaction(CONSOLE) as session:
        asked = asking.ask()
        if asked:
            record(session, Act(None, "forest.asked", "forest"))
    if not asked:
        toast(_("A new version is waited for already."), "warning")
    return redirect("/risk/models", 303)


@views.post("/risk/models/<int:version>/use")
@staff_only("platform")
def use_model(version: int) -> ResponseReturnValue:
    """Let a version score, in place of the one that does."""
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        toast(_("Nothing was changed. Say in a few words why."), "warning")
        return redirect("/risk/models", 303)
    try:
        with transaction(CONSOLE) as session:
            versions.choose(session, version, reason)
    except LookupError:
        abort(404)
    except versions.VersionError:
        toast(_("This version cannot score any more: what it had learned is not kept."), "warning")
    else:
        toast(_("Version %(number)s scores within a minute.", number=version))
    return redirect("/risk/models", 303)


def _drift(row: RiskModel) -> Chart:
    """How far each feature has moved, as its population stability index."""
    values = {name: value for name, value in row.drift.items() if isinstance(value, int | float)}
    return Chart("hbar", list(values), [Series("PSI", list(values.values()))])
