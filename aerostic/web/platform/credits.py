"""Requests for credits that wait for a second person of the platform."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from aerostic.billing.credits.acts import may_approve
from aerostic.billing.credits.contract import WORDS
from aerostic.db import platform_scope, transaction
from aerostic.web.consoles.credits.giving import acting
from aerostic.web.consoles.credits.requests import ASKED, decide, requests, requests_table
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import TableState, fetch

views = Blueprint("platform_credits", __name__)
CONSOLE = platform_scope("platform console")


@views.get("/credits")
@staff_only("platform")
def index() -> ResponseReturnValue:
    """What waits, and what was decided."""
    state = TableState.read(requests_table(), request.args)
    with transaction(CONSOLE) as session:
        page = fetch(session, state, requests(state))
    return render(
        "platform/credits.html",
        state=state,
        page=page,
        person=acting(),
        may_approve=may_approve,
        kinds=ASKED,
        reasons=WORDS,
    )


@views.post("/credits/<uuid:request_id>/<any(approve, decline):act>")
@staff_only("platform")
def decide_one(request_id: UUID, act: str) -> ResponseReturnValue:
    """Approve or decline one."""
    decide(CONSOLE, request_id, act)
    return redirect("/credits", 303)
