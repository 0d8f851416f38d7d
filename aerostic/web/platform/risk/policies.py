"""Versions of the policy: the list, one of them, and what it is let do."""

from datetime import timedelta

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from aerostic.db import transaction, utcnow
from aerostic.detection.judging.policy import Policy
from aerostic.detection.models import RiskPolicy
from aerostic.detection.people import policies
from aerostic.detection.people.policies import PolicyError
from aerostic.identity.models import User
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render, toast
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.web.platform.risk.trying import DAYS, try_out
from aerostic.words import N_

MOST = 100
# How a version stands, with the colour of its badge.
STATES = {
    policies.ACTIVE: (N_("Acts"), "success"),
    policies.SHADOW: (N_("In the shadow"), "info"),
    policies.SAVED: (N_("Saved"), "secondary"),
    policies.RETIRED: (N_("Retired"), "secondary"),
}
DONE = {
    "activate": N_("This version acts from now on."),
    "shade": N_("This version decides in the shadow from now on: it writes down what it would do."),
    "unshade": N_("No version decides in the shadow any more."),
}


@views.get("/risk/policy")
@staff_only("platform")
def policy_list() -> ResponseReturnValue:
    """The versions, the newest first."""
    with transaction(CONSOLE) as session:
        rows = session.scalars(select(RiskPolicy).order_by(RiskPolicy.version.desc()).limit(MOST)).all()
        people = select(User.id, User.name).where(User.id.in_({row.saved_by for row in rows}))
        names = dict(session.execute(people).all())
    return render("platform/risk/policies.html", rows=rows, names=names, states=STATES)


@views.get("/risk/policy/<int:version>")
@staff_only("platform")
def policy(version: int) -> ResponseReturnValue:
    """One version, in words; with `days`, what it would have done otherwise than the one that acts."""
    with transaction(CONSOLE) as session:
        try:
            row = policies.by_version(session, version)
        except LookupError:
            abort(404)
        active = policies.of_state(session, policies.ACTIVE)
        days = request.args.get("days", type=int)
        tried = None
        if days in DAYS and active is not None and active.version != version:
            since = utcnow() - timedelta(days=days)
            tried = try_out(session, since, Policy.model_validate(active.document), Policy.model_validate(row.document))
    return render(
        "platform/risk/policy.html",
        row=row,
        policy=Policy.model_validate(row.document),
        active=active,
        states=STATES,
        tried=tried,
        days=days,
        offered=DAYS,
    )


@views.post("/risk/policy/<int:version>/<any(activate, shade, unshade):act>")
@staff_only("platform")
def change(version: int, act: str) -> ResponseReturnValue:
    """Let a version act, or decide in the shadow, or no more."""
    try:
        with transaction(CONSOLE) as session:
            getattr(policies, act)(session, version)
    except LookupError:
        abort(404)
    except PolicyError as error:
        toast(_(str(error)), "warning")
    else:
        toast(_(DONE[act]))
    return redirect(f"/risk/policy/{version}", 303)
