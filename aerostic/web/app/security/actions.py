"""What was done about a workspace: the list, one of them with its reasons, and appealing against it."""

from typing import Annotated
from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.detection.models import RiskDecision
from aerostic.detection.people import appeals, mine
from aerostic.detection.people.appeals import AppealError
from aerostic.detection.people.lifting import in_force
from aerostic.detection.running.telling import APPEALS, tell
from aerostic.registry import runtime
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.security.blueprint import views
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch, period_filters
from aerostic.web.risk.subjects import names
from aerostic.web.risk.words import ACTIONS, KINDS


class Said(BaseModel):
    """What somebody says against an action."""

    text: Annotated[str, Field(min_length=10, max_length=appeals.LONGEST)]


@views.get("/security/actions")
@allowed("security.view")
def actions() -> ResponseReturnValue:
    """All of them, the latest first."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        state = TableState.read(_table(), request.args)
        page = fetch(session, state, select(RiskDecision).where(mine.acted_on(tenant_id)))
        subjects = names(session, page.rows)
    return render("app/security/actions.html", state=state, page=page, subjects=subjects, now=utcnow())


@views.get("/security/actions/<uuid:decision_id>")
@allowed("security.view")
def action(decision_id: UUID) -> ResponseReturnValue:
    """One: what it means, until when, why, and what to do."""
    with transaction(tenant_scope(current_tenant())) as session:
        return _page(session, _find(session, decision_id), Form(Said))


@views.post("/security/actions/<uuid:decision_id>/appeal")
@allowed("security.appeal", support=False)
def appeal(decision_id: UUID) -> ResponseReturnValue:
    """Say something against it."""
    form, tenant_id = Form(Said, request.form), current_tenant()
    try:
        with transaction(tenant_scope(tenant_id)) as session:
            decision = _find(session, decision_id)
            if not form.valid:
                return _page(session, decision, form), form.status
            appeals.appeal(session, tenant_id, decision_id, form.value.text, current_user.user.id)
    except AppealError as error:
        toast(_(str(error)), "warning")
    else:
        tell(runtime(), (APPEALS,))
        toast(_("Your appeal was sent. The answer comes by mail, and stands here."))
    return redirect(f"/security/actions/{decision_id}", 303)


def _find(session: Session, decision_id: UUID) -> RiskDecision:
    own = select(RiskDecision).where(mine.acted_on(current_tenant()), RiskDecision.id == decision_id)
    return session.scalar(own) or abort(404)


def _page(session: Session, decision: RiskDecision, form: Form[Said]) -> str:
    answered = appeals.of_decision(session, decision.id)
    return render(
        "app/security/action.html",
        decision=decision,
        standing=in_force(decision, utcnow()),
        subject=names(session, [decision])[decision.subject_kind, decision.subject],
        signals=mine.behind(session, decision),
        appeals=answered,
        open=len(answered) < appeals.MOST and all(one.outcome for one in answered),
        form=form,
    )


def _table() -> TableSpec:
    return TableSpec(
        "actions",
        RiskDecision.id,
        [
            Column("what", _("Action")),
            Column("about", _("About")),
            Column("began", _("Began"), RiskDecision.began_at),
            Column("until", _("Until"), RiskDecision.until, extra=True),
            Column("state", _("State")),
        ],
        filters=[
            Filter("action", _("Action"), _of_action, [(name, _(one.title)) for name, one in ACTIONS.items()]),
            Filter("kind", _("About"), _of_kind, [(name, _(words)) for name, words in KINDS.items()]),
            *period_filters(RiskDecision.began_at),
        ],
        order="-began",
    )


def _of_action(value: str) -> ColumnElement[bool] | None:
    return RiskDecision.action == value if value in ACTIONS else None


def _of_kind(value: str) -> ColumnElement[bool] | None:
    return RiskDecision.subject_kind == value if value in KINDS else None
