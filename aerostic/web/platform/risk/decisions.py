"""Decisions: all of them, one with its evidence, lifting it, and saying whether it was right."""

from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from aerostic.db import transaction, utcnow
from aerostic.detection.models import RiskDecision
from aerostic.detection.people import appeals, verdicts
from aerostic.detection.people.lifting import in_force, lift
from aerostic.detection.people.mine import behind
from aerostic.detection.people.overrides import spare
from aerostic.detection.running.telling import DECISIONS, tell
from aerostic.registry import runtime
from aerostic.security.restrictions import restrictions
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch, period_filters
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.web.platform.risk.fields import SPANS, Lifting
from aerostic.web.risk.subjects import names, tenant_names
from aerostic.web.risk.words import ACTIONS, KINDS
from aerostic.words import N_

AWAY = N_("Redis does not answer: nothing was changed. Try again in a moment.")
STATES = {"standing": N_("In force"), "ended": N_("Ended"), "shadow": N_("In the shadow")}


@views.get("/risk/decisions")
@staff_only("platform")
def decisions() -> ResponseReturnValue:
    """All of them, the latest first."""
    with transaction(CONSOLE) as session:
        state = TableState.read(_table(), request.args)
        page = fetch(session, state, select(RiskDecision))
        subjects, tenants = names(session, page.rows), tenant_names(session, [row.tenant_id for row in page.rows])
    words = {"subjects": subjects, "tenants": tenants, "verdicts": verdicts.VERDICTS}
    return render("platform/risk/decisions.html", state=state, page=page, now=utcnow(), **words)


@views.get("/risk/decisions/<uuid:decision_id>")
@staff_only("platform")
def decision(decision_id: UUID) -> ResponseReturnValue:
    """One of them."""
    with transaction(CONSOLE) as session:
        return _page(session, session.get(RiskDecision, decision_id) or abort(404), Form(Lifting))


@views.post("/risk/decisions/<uuid:decision_id>/lift")
@staff_only("platform")
def lift_decision(decision_id: UUID) -> ResponseReturnValue:
    """End what is done, with a reason."""
    form = Form(Lifting, request.form)
    try:
        with transaction(CONSOLE) as session:
            row = session.get(RiskDecision, decision_id, with_for_update=True) or abort(404)
            if not form.valid:
                return _page(session, row, form), form.status
            _lift(session, row, form.value)
    except RedisError:
        toast(_(AWAY), "danger")
    else:
        tell(runtime(), (DECISIONS,), [row.tenant_id])
        toast(_("Lifted. Everything goes on as usual at once."))
    return redirect(f"/risk/decisions/{decision_id}", 303)


@views.post("/risk/decisions/<uuid:decision_id>/verdict")
@staff_only("platform")
def judge(decision_id: UUID) -> ResponseReturnValue:
    """Say whether it was right."""
    with transaction(CONSOLE) as session:
        row = session.get(RiskDecision, decision_id, with_for_update=True) or abort(404)
        try:
            verdicts.judge(session, row, request.form.get("verdict", ""), current_user.user.id)
        except ValueError:
            abort(422)
    toast(_("Kept. It counts on the page of the detectors."))
    return redirect(f"/risk/decisions/{decision_id}", 303)


def _lift(session: Session, row: RiskDecision, wish: Lifting) -> None:
    now, user_id = utcnow(), current_user.user.id
    if not in_force(row, now):
        return
    lift(session, restrictions(), row, "lifted", wish.reason, user_id, now)
    span, _words = SPANS[wish.spared]
    if span:
        spare(session, restrictions(), row, span, wish.reason, user_id, now)


def _page(session: Session, row: RiskDecision, form: Form[Lifting]) -> str:
    return render(
        "platform/risk/decision.html",
        decision=row,
        form=form,
        spans=[(name, _(words)) for name, (_span, words) in SPANS.items()],
        signals=behind(session, row),
        appeals=appeals.of_decision(session, row.id),
        subject=names(session, [row])[row.subject_kind, row.subject],
        tenants=tenant_names(session, [row.tenant_id]),
        verdicts=verdicts.VERDICTS,
        standing=in_force(row, utcnow()),
        now=utcnow(),
    )


def _table() -> TableSpec:
    return TableSpec(
        "decisions",
        RiskDecision.id,
        [
            Column("what", _("Decision")),
            Column("about", _("About")),
            Column("tenant", _("Workspace")),
            Column("score", _("Score"), RiskDecision.score, numeric=True),
            Column("began", _("Began"), RiskDecision.began_at),
            Column("until", _("Until"), RiskDecision.until, extra=True),
            Column("state", _("State")),
            Column("policy", _("Policy"), RiskDecision.policy_version, numeric=True, extra=True, shown=False),
        ],
        filters=[
            Filter("state", _("State"), _of_state, [(name, _(words)) for name, words in STATES.items()]),
            Filter("action", _("Action"), _of_action, [(name, _(one.title)) for name, one in ACTIONS.items()]),
            Filter("kind", _("About"), _of_kind, [(name, _(words)) for name, words in KINDS.items()]),
            Filter("tenant", _("Workspace"), _of_tenant, kind="text", more=True),
            *period_filters(RiskDecision.began_at),
        ],
        order="-began",
    )


def _of_state(value: str) -> ColumnElement[bool] | None:
    now, real = utcnow(), RiskDecision.shadow.is_(False)
    over = or_(RiskDecision.ended_at.is_not(None), RiskDecision.until <= now)
    return {"standing": and_(real, ~over), "ended": and_(real, over), "shadow": ~real}.get(value)


def _of_action(value: str) -> ColumnElement[bool] | None:
    return RiskDecision.action == value if value in ACTIONS else None


def _of_kind(value: str) -> ColumnElement[bool] | None:
    return RiskDecision.subject_kind == value if value in KINDS else None


def _of_tenant(value: str) -> ColumnElement[bool] | None:
    try:
        return RiskDecision.tenant_id == UUID(value)
    except ValueError:
        return None
