"""Appeals that wait, and answering one; who appealed is told by mail."""

from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from aerostic.db import transaction, utcnow
from aerostic.detection.models import RiskAppeal, RiskDecision
from aerostic.detection.people.appeals import GRANTED, REFUSED, Answer, AppealError, answer, of_decision
from aerostic.detection.people.lifting import in_force
from aerostic.detection.people.mine import behind
from aerostic.detection.running.telling import APPEALS, DECISIONS, tell
from aerostic.identity.models import User
from aerostic.registry import runtime
from aerostic.security.restrictions import restrictions
from aerostic.tenancy.models import Tenant
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch
from aerostic.web.people import mailing
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.web.platform.risk.decisions import AWAY
from aerostic.web.platform.risk.fields import SPANS, Answering
from aerostic.web.risk.mails import tell_answer
from aerostic.web.risk.subjects import names
from aerostic.words import N_

OUTCOMES = {"waiting": N_("Waiting"), GRANTED: N_("Granted"), REFUSED: N_("Refused")}


@views.get("/risk/appeals")
@staff_only("platform")
def appeals() -> ResponseReturnValue:
    """All of them: those that wait, the longest waiting first."""
    args = request.args or MultiDict({"outcome": "waiting"})
    with transaction(CONSOLE) as session:
        state = TableState.read(_table(), args)
        rows = select(RiskAppeal, RiskDecision, Tenant.name).join(
            RiskDecision, RiskDecision.id == RiskAppeal.decision_id
        )
        page = fetch(session, state, rows.join(Tenant, Tenant.id == RiskAppeal.tenant_id))
        subjects = names(session, [row.RiskDecision for row in page.rows])
    return render("platform/risk/appeals.html", state=state, page=page, subjects=subjects)


@views.route("/risk/appeals/<uuid:appeal_id>", methods=["GET", "POST"])
@staff_only("platform")
def appeal(appeal_id: UUID) -> ResponseReturnValue:
    """One of them, and its answer."""
    form = Form(Answering, request.form if request.method == "POST" else None)
    with transaction(CONSOLE) as session:
        row = session.get(RiskAppeal, appeal_id) or abort(404)
        if not form.valid:
            return _page(session, row, form), form.status
    try:
        _answer(appeal_id, form.value)
    except AppealError as error:
        toast(_(str(error)), "warning")
    except RedisError:
        toast(_(AWAY), "danger")
        return redirect(f"/risk/appeals/{appeal_id}", 303)
    else:
        mailing.wake()
        tell(runtime(), (APPEALS, DECISIONS), [row.tenant_id])
        toast(_("Answered. Who appealed gets a mail."))
    return redirect("/risk/appeals", 303)


def _answer(appeal_id: UUID, wish: Answering) -> None:
    said = Answer(wish.outcome == GRANTED, wish.answer, SPANS[wish.spared][0])
    with transaction(CONSOLE) as session:
        row = answer(session, restrictions(), appeal_id, said, current_user.user.id)
        tell_answer(session, row)


def _page(session: Session, row: RiskAppeal, form: Form[Answering]) -> str:
    decision = session.get_one(RiskDecision, row.decision_id)
    user = session.get(User, row.user_id) if row.user_id else None
    return render(
        "platform/risk/appeal.html",
        appeal=row,
        decision=decision,
        standing=in_force(decision, utcnow()),
        tenant=session.get_one(Tenant, row.tenant_id),
        person=user.name if user else "",
        subject=names(session, [decision])[decision.subject_kind, decision.subject],
        signals=behind(session, decision),
        earlier=[one for one in of_decision(session, decision.id) if one.id != row.id],
        form=form,
        spans=[(name, _(words)) for name, (_span, words) in SPANS.items()],
        now=utcnow(),
    )


def _table() -> TableSpec:
    return TableSpec(
        "appeals",
        RiskAppeal.id,
        [
            Column("what", _("Appeal")),
            Column("tenant", _("Workspace")),
            Column("against", _("Against"), extra=True),
            Column("created", _("Waiting since"), RiskAppeal.created_at),
            Column("outcome", _("State")),
        ],
        filters=[Filter("outcome", _("State"), _of_outcome, [(name, _(words)) for name, words in OUTCOMES.items()])],
        order="created",
    )


def _of_outcome(value: str) -> ColumnElement[bool] | None:
    return RiskAppeal.outcome == ("" if value == "waiting" else value) if value in OUTCOMES else None
