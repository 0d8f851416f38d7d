"""What detectors noticed about a workspace, in plain words."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from aerostic.db import tenant_scope, transaction
from aerostic.detection.models import RiskSignal
from aerostic.detection.people.mine import MEDIUM, STRONG
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.security.blueprint import views
from aerostic.web.pages.access import allowed
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch, period_filters
from aerostic.web.risk.subjects import names
from aerostic.web.risk.words import KINDS


@views.get("/security/signals")
@allowed("security.view")
def signals() -> ResponseReturnValue:
    """All of the last 30 days, the latest first."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        state = TableState.read(_table(), request.args)
        page = fetch(session, state, select(RiskSignal).where(RiskSignal.tenant_id == tenant_id))
        subjects = names(session, page.rows)
    return render("app/security/signals.html", state=state, page=page, subjects=subjects)


def _table() -> TableSpec:
    return TableSpec(
        "signals",
        RiskSignal.id,
        [
            Column("what", _("What was noticed")),
            Column("about", _("About")),
            Column("strength", _("Strength"), RiskSignal.score),
            Column("time", _("When"), RiskSignal.time),
        ],
        filters=[
            Filter("kind", _("About"), _of_kind, [(name, _(words)) for name, words in KINDS.items()]),
            Filter("strength", _("Strength"), _of_strength, [("strong", _("Strong")), ("medium", _("Medium or more"))]),
            *period_filters(RiskSignal.time),
        ],
        order="-time",
    )


def _of_kind(value: str) -> ColumnElement[bool] | None:
    return RiskSignal.subject_kind == value if value in KINDS else None


def _of_strength(value: str) -> ColumnElement[bool] | None:
    least = {"strong": STRONG, "medium": MEDIUM}.get(value)
    return RiskSignal.score >= least if least else None
