"""The outbox of mail: for the platform's people, and on one's own machine for whoever tries the product without a mail server."""

from ipaddress import ip_address
from uuid import UUID

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from aerostic.db import platform_scope, transaction
from aerostic.mail.models import Mail
from aerostic.mail.outbox import can_send, letter_of, recipient_of
from aerostic.registry import runtime
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch
from aerostic.web.sites import LOCAL
from aerostic.words import N_

views = Blueprint("outbox", __name__)
SCOPE = platform_scope("the outbox of mail")
LATEST = 50
STATES = {"waiting": N_("Waiting"), "sent": N_("Sent"), "failed": N_("Failed"), "kept": N_("Kept here")}
COLORS = {"waiting": "info", "sent": "success", "failed": "danger", "kept": "warning"}
KINDS = {
    "invitation": N_("Invitation"),
    "password": N_("New password"),
    "new_device": N_("New device"),
    "sign_in_changed": N_("Change of signing in"),
}


@views.get("/outbox")
def index() -> ResponseReturnValue:
    """All mail; on one's own machine, the latest."""
    return _all() if g.place.area == "admin" else _latest()


@views.get("/outbox/<uuid:mail_id>")
def show(mail_id: UUID) -> ResponseReturnValue:
    """One mail. What it says is shown only where nobody sends it: its links are for the recipient alone."""
    return _one(mail_id) if g.place.area == "admin" else _kept(mail_id)


@staff_only("platform")
def _all() -> ResponseReturnValue:
    state = TableState.read(_table(), request.args)
    with transaction(SCOPE) as session:
        page = fetch(session, state, select(Mail))
    said = {"states": STATES, "colors": COLORS, "kinds": KINDS, "recipient_of": recipient_of}
    return render("people/outbox.html", state=state, page=page, **said)


@staff_only("platform")
def _one(mail_id: UUID) -> ResponseReturnValue:
    return _page(mail_id)


def _latest() -> ResponseReturnValue:
    if not is_open():
        abort(404)
    with transaction(SCOPE) as session:
        kept = select(Mail).where(Mail.state == "kept").order_by(Mail.id.desc()).limit(LATEST)
        if g.place.reseller_id:
            kept = kept.where(Mail.reseller_id == g.place.reseller_id)
        rows = session.scalars(kept).all()
    return render("people/local_outbox.html", mails=[(mail, letter_of(mail)) for mail in rows])


def _kept(mail_id: UUID) -> ResponseReturnValue:
    return _page(mail_id) if is_open() else abort(404)


def _page(mail_id: UUID) -> ResponseReturnValue:
    with transaction(SCOPE) as session:
        mail = session.get(Mail, mail_id) or abort(404)
    letter = letter_of(mail) if mail.state == "kept" else None
    return render("people/mail.html", mail=mail, letter=letter, states=STATES, colors=COLORS, kinds=KINDS)


def is_open() -> bool:
    """Whether the product is served to this machine only, asked for from it, and cannot send."""
    served_here = runtime().settings.domain == LOCAL and ip_address(request.remote_addr or "::").is_loopback
    return served_here and not can_send()


def _table() -> TableSpec:
    return TableSpec(
        "mail",
        Mail.id,
        [
            Column("created", _("Created"), Mail.created_at),
            Column("kind", _("Subject"), Mail.kind),
            Column("state", _("State"), Mail.state),
            Column("recipient", _("To")),
            Column("attempts", _("Attempts"), Mail.attempts, numeric=True, extra=True),
            Column("error", _("Refused with"), Mail.error, extra=True),
        ],
        filters=[
            Filter(
                "state",
                _("State"),
                lambda value: Mail.state == value if value in STATES else None,
                [(state, str(_(words))) for state, words in STATES.items()],
            )
        ],
    )
