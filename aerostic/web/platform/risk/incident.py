"""One incident: who is in it, what they share, what happened when, what was done; and handling it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import transaction, utcnow
from aerostic.detection.models import Incident, RiskDecision, RiskSignal
from aerostic.detection.people import handling
from aerostic.detection.people.verdicts import VERDICTS
from aerostic.detection.running.telling import INCIDENTS as TOPIC
from aerostic.detection.running.telling import tell
from aerostic.identity.models import User
from aerostic.registry import runtime
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.web.platform.risk.graph import graph
from aerostic.web.risk.subjects import Key, names, tenant_names
from aerostic.web.risk.words import INCIDENTS

MOST = 500
SHOWN = 100


class Closing(BaseModel):
    """What an incident was."""

    verdict: Literal["right", "wrong"]
    note: Annotated[str, Field(min_length=3, max_length=1000)]


@dataclass(frozen=True, slots=True)
class Member:
    """A subject of an incident: whose it is, how many signals there are of it, by how many families, and its strongest score."""

    key: Key
    tenant_id: UUID | None
    signals: int
    families: Sequence[str]
    score: float
    last: datetime


@views.get("/risk/incidents/<uuid:incident_id>")
@staff_only("platform")
def incident(incident_id: UUID) -> ResponseReturnValue:
    """All of it."""
    with transaction(CONSOLE) as session:
        return _page(session, session.get(Incident, incident_id) or abort(404), Form(Closing))


@views.post("/risk/incidents/<uuid:incident_id>/<any(assign, acknowledge, reopen):act>")
@staff_only("platform")
def handle(incident_id: UUID, act: str) -> ResponseReturnValue:
    """Give it to somebody, say that somebody looks at it, or open it again."""
    with transaction(CONSOLE) as session:
        try:
            if act == "assign":
                handling.assign(session, incident_id, _assignee(session))
            elif act == "acknowledge":
                handling.acknowledge(session, incident_id, current_user.user.id)
            else:
                handling.reopen(session, incident_id)
        except LookupError:
            abort(404)
    tell(runtime(), (TOPIC,))
    toast(_("Saved."))
    return redirect(f"/risk/incidents/{incident_id}", 303)


@views.post("/risk/incidents/<uuid:incident_id>/close")
@staff_only("platform")
def close(incident_id: UUID) -> ResponseReturnValue:
    """Close it, with what it was."""
    form = Form(Closing, request.form)
    with transaction(CONSOLE) as session:
        if not form.valid:
            return _page(session, session.get(Incident, incident_id) or abort(404), form), form.status
        try:
            handling.close(session, incident_id, form.value.verdict, form.value.note)
        except LookupError:
            abort(404)
    tell(runtime(), (TOPIC,))
    toast(_("The incident is closed."))
    return redirect(f"/risk/incidents/{incident_id}", 303)


def _page(session: Session, row: Incident, form: Form[Closing]) -> str:
    own = select(RiskSignal).where(RiskSignal.incident_id == row.id)
    signals = session.scalars(own.order_by(RiskSignal.time.desc(), RiskSignal.id.desc()).limit(MOST)).all()
    decided = select(RiskDecision).where(RiskDecision.incident_id == row.id)
    decisions = session.scalars(decided.order_by(RiskDecision.id.desc()).limit(SHOWN)).all()
    members = _members(signals)
    staff = select(User.id, User.name).where(User.staff == "platform", User.active).order_by(User.name).limit(200)
    return render(
        "platform/risk/incident.html",
        incident=row,
        form=form,
        signals=signals[:SHOWN],
        count=len(signals),
        decisions=decisions,
        members=members,
        graph=graph(signals),
        subjects=names(session, [*signals, *decisions]),
        tenants=tenant_names(session, [one.tenant_id for one in (*signals, *decisions)]),
        staff=[(str(one.id), one.name) for one in session.execute(staff)],
        states=INCIDENTS,
        verdicts=VERDICTS,
        now=utcnow(),
    )


def _members(signals: Iterable[RiskSignal]) -> Sequence[Member]:
    """Those with the strongest evidence first. The latest signals come first."""
    found: dict[Key, list[RiskSignal]] = defaultdict(list)
    for signal in signals:
        found[signal.subject_kind, signal.subject].append(signal)
    members = [
        Member(
            key,
            own[0].tenant_id,
            len(own),
            sorted({one.family for one in own}),
            max(one.score for one in own),
            own[0].time,
        )
        for key, own in found.items()
    ]
    return sorted(members, key=lambda one: (-one.score, -one.signals, one.key))


def _assignee(session: Session) -> UUID | None:
    """Who is chosen: one of the platform's people, or nobody."""
    try:
        chosen = UUID(request.form.get("user_id", ""))
    except ValueError:
        return None
    user = session.get(User, chosen)
    return user.id if user and user.staff == "platform" else None
