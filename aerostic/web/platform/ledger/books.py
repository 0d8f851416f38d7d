"""How the books stand: the trial balance, the reports of verifying them, and having that done now."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from aerostic.billing.books.reports import ask, is_under_way, latest, wake
from aerostic.db import platform_scope, transaction
from aerostic.identity.models import User
from aerostic.ledger.trial import trial_balances
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render, toast
from aerostic.web.platform.ledger.words import OWNERS, PURPOSES

views = Blueprint("platform_ledger", __name__)
CONSOLE = platform_scope("platform console")
SHOWN = 10


@views.get("/ledger")
@staff_only("platform")
def show() -> ResponseReturnValue:
    """Trial balance and reports."""
    with transaction(CONSOLE) as session:
        trials, reports = trial_balances(session), latest(session, SHOWN)
        askers = {report.asked_by for report in reports}
        people = {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(askers)))}
    under_way = [report.id for report in reports if is_under_way(report)]
    words = {"owners": OWNERS, "purposes": PURPOSES}
    return render(
        "platform/ledger/books.html", trials=trials, reports=reports, people=people, under_way=under_way, **words
    )


@views.post("/ledger/verify")
@staff_only("platform")
def verify() -> ResponseReturnValue:
    """Have the books verified in the background, unless that is under way."""
    with transaction(CONSOLE) as session:
        report_id = ask(session, current_user.user.id)
    if report_id:
        wake(report_id)
    toast(_("The books are being verified. The report will stand here in a moment."))
    return redirect("/ledger", 303)
