"""Overrides: those that hold, making one, ending one."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field
from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from aerostic.db import transaction, utcnow
from aerostic.detection.models import RiskDecision, RiskOverride
from aerostic.detection.people import overrides
from aerostic.detection.people.overrides import LONGEST_DAYS, Wanted
from aerostic.detection.running.telling import DECISIONS, tell
from aerostic.identity.key_models import ApiKey
from aerostic.identity.models import User
from aerostic.messaging.models import ChannelNumber
from aerostic.registry import runtime
from aerostic.security.restrictions import ACTIONS as NAMES
from aerostic.security.restrictions import restrictions
from aerostic.tenancy.models import Tenant
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.web.platform.risk.decisions import AWAY
from aerostic.web.platform.risk.fields import Reason
from aerostic.web.risk.subjects import names, tenant_names
from aerostic.web.risk.words import ACTIONS, KINDS
from aerostic.words import N_

STATES = {"standing": N_("Holds"), "ended": N_("Ended")}
# Kinds of subjects that are a tenant's row, and where that is.
OWNED = {"tenant": Tenant, "key": ApiKey, "number": ChannelNumber}


class Wish(BaseModel):
    """An override as it is typed. `most` is the strongest action that is still taken, `none` for nothing at all."""

    kind: str
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    most: str
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
    reason: Reason


@views.get("/risk/overrides")
@staff_only("platform")
def override_list() -> ResponseReturnValue:
    """All of them, the latest first."""
    with transaction(CONSOLE) as session:
        state = TableState.read(_table(), request.args)
        page = fetch(session, state, select(RiskOverride))
        people = select(User.id, User.name).where(User.id.in_({row.user_id for row in page.rows}))
        return render(
            "platform/risk/overrides.html",
            state=state,
            page=page,
            subjects=names(session, page.rows),
            tenants=tenant_names(session, [row.tenant_id for row in page.rows]),
            people=dict(session.execute(people).all()),
            now=utcnow(),
        )


@views.route("/risk/overrides/new", methods=["GET", "POST"])
@staff_only("platform")
def new_override() -> ResponseReturnValue:
    """Make one; the subject may stand in the address."""
    start = {"kind": request.args.get("kind", "tenant"), "subject": request.args.get("subject", "")}
    posted = request.form if request.method == "POST" else None
    form = Form(Wish, posted, initial={**start, "most": "watch", "days": 7})
    if form.valid and form.value.kind not in KINDS:
        form.fail("kind", _("Choose one of those that are offered."))
    if form.valid and form.value.most not in ("none", *NAMES):
        form.fail("most", _("Choose one of those that are offered."))
    if form.valid and _make(form):
        tell(runtime(), (DECISIONS,))
        toast(_("The override holds. What went further was lifted."))
        return redirect("/risk/overrides", 303)
    offered = [("none", _("Nothing at all")), *((name, _(ACTIONS[name].title)) for name in NAMES[:-1])]
    kinds = [(name, _(words)) for name, words in KINDS.items()]
    return render("platform/risk/override.html", form=form, kinds=kinds, offered=offered), form.status


@views.post("/risk/overrides/<uuid:override_id>/end")
@staff_only("platform")
def end(override_id: UUID) -> ResponseReturnValue:
    """End one before its time."""
    with transaction(CONSOLE) as session:
        try:
            overrides.end_override(session, override_id)
        except LookupError:
            abort(404)
    toast(_("The override has ended."))
    return redirect("/risk/overrides", 303)


def _make(form: Form[Wish]) -> bool:
    wish, now = form.value, utcnow()
    most = "" if wish.most == "none" else wish.most
    try:
        with transaction(CONSOLE) as session:
            tenant_id, known = _owner(session, wish.kind, wish.subject)
            if not known:
                form.fail(
                    "subject", _("There is none with this id. Copy it from the page of a decision or a workspace.")
                )
                return False
            until = now + timedelta(days=wish.days)
            wanted = Wanted(wish.kind, wish.subject, tenant_id, most, wish.reason, until)
            overrides.override(session, restrictions(), wanted, current_user.user.id, now)
    except RedisError:
        form.fail("", _(AWAY))
        return False
    return True


def _owner(session: Session, kind: str, subject: str) -> tuple[UUID | None, bool]:
    """Whose a subject is, and whether it is known. Digests say nothing of that: they have to be of some decision."""
    if kind not in OWNED:
        own = RiskDecision.subject_kind == kind, RiskDecision.subject == subject
        found = session.execute(select(RiskDecision.tenant_id).where(*own).limit(1)).one_or_none()
        return (found[0], True) if found else (None, False)
    try:
        row = session.get(OWNED[kind], UUID(subject))
    except ValueError:
        return None, False
    return (row.id if kind == "tenant" else row.tenant_id, True) if row else (None, False)


def _table() -> TableSpec:
    return TableSpec(
        "overrides",
        RiskOverride.id,
        [
            Column("about", _("About")),
            Column("most", _("At most")),
            Column("reason", _("Reason"), extra=True),
            Column("until", _("Until"), RiskOverride.until),
            Column("by", _("By"), extra=True),
            Column("created", _("Made"), RiskOverride.created_at, extra=True),
            Column("state", _("State")),
        ],
        filters=[
            Filter("state", _("State"), _of_state, [(name, _(words)) for name, words in STATES.items()]),
            Filter("kind", _("About"), _of_kind, [(name, _(words)) for name, words in KINDS.items()]),
        ],
        order="-created",
    )


def _of_state(value: str) -> ColumnElement[bool] | None:
    now = utcnow()
    over = or_(RiskOverride.ended_at.is_not(None), RiskOverride.until <= now)
    return {"standing": ~over, "ended": over}.get(value)


def _of_kind(value: str) -> ColumnElement[bool] | None:
    return RiskOverride.subject_kind == value if value in KINDS else None
