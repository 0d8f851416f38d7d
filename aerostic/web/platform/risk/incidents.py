"""Incidents: signals that share something, as one."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from aerostic.db import transaction
from aerostic.detection.models import INCIDENT_STATES, Incident, RiskSignal
from aerostic.identity.models import User
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch, period_filters
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.web.risk.words import INCIDENTS


@views.get("/risk/incidents")
@staff_only("platform")
def incidents() -> ResponseReturnValue:
    """All of them, the latest first."""
    with transaction(CONSOLE) as session:
        state = TableState.read(_table(), request.args)
        page = fetch(session, state, select(Incident))
        counts = select(RiskSignal.incident_id, func.count(), func.count(RiskSignal.tenant_id.distinct())).where(
            RiskSignal.incident_id.in_([row.id for row in page.rows])
        )
        sizes = {row[0]: (row[1], row[2]) for row in session.execute(counts.group_by(RiskSignal.incident_id))}
        people = select(User.id, User.name).where(User.id.in_({row.assigned_to for row in page.rows}))
        names = dict(session.execute(people).all())
    return render("platform/risk/incidents.html", state=state, page=page, sizes=sizes, names=names, states=INCIDENTS)


def _table() -> TableSpec:
    return TableSpec(
        "incidents",
        Incident.id,
        [
            Column("what", _("Incident")),
            Column("state", _("State")),
            Column("tenants", _("Workspaces"), numeric=True, extra=True),
            Column("signals", _("Signals"), numeric=True, extra=True),
            Column("score", _("Strength"), Incident.score),
            Column("last", _("Last signal"), Incident.last_at, extra=True),
            Column("opened", _("Opened"), Incident.opened_at, shown=False),
        ],
        filters=[
            Filter("state", _("State"), _of_state, [(name, _(words)) for name, (words, _color) in INCIDENTS.items()]),
            *period_filters(Incident.opened_at),
        ],
        order="-last",
    )


def _of_state(value: str) -> ColumnElement[bool] | None:
    return Incident.state == value if value in INCIDENT_STATES else None
