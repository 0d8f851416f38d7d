"""A new password for who has forgotten theirs. Whether an address is known is told to nobody but that address."""

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel

from aerostic.db import transaction
from aerostic.identity.emails import email_index
from aerostic.identity.models import User
from aerostic.identity.passwords import PasswordError
from aerostic.identity.resets import finish_reset, is_good, start_reset
from aerostic.identity.scope import SIGN_IN
from aerostic.jobs.queues import enqueue
from aerostic.registry import runtime
from aerostic.web.brands.current import brand_of
from aerostic.web.hosts import place_of
from aerostic.web.pages.forms import Form
from aerostic.web.pages.language import locale
from aerostic.web.pages.render import render, toast
from aerostic.web.people import mailing
from aerostic.web.people.backoff import Limit, address_key, refuse, visitor_key
from aerostic.web.people.entering import proceed
from aerostic.web.people.fields import Email, NewPassword
from aerostic.web.people.outbox import is_open
from aerostic.web.people.signing_in import belongs
from aerostic.web.sites import site

views = Blueprint("forgotten", __name__)
BY_ADDRESS, BY_VISITOR = Limit("forgot-address", 3), Limit("forgot-visitor", 20)
SEND = "aerostic.web.people.forgotten.send_link"


class Address(BaseModel):
    """Whose password it is."""

    email: Email


class Chosen(BaseModel):
    """The new password."""

    password: NewPassword


@views.route("/sign-in/forgot", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Ask for a link. The answer is the same for every address; so is the time, since a job looks who it is."""
    form = Form(Address, request.form if request.method == "POST" else None)
    if not form.valid:
        return render("people/forgot.html", form=form, sent=request.args.get("sent"), outbox=is_open()), form.status
    if wait := BY_VISITOR.spend(visitor_key()):
        refuse(wait)
    if not BY_ADDRESS.spend(address_key(form.value.email)):
        enqueue(SEND, email_index(form.value.email).hex(), g.place.host, locale())
    return redirect("/sign-in/forgot?sent=1", 303)


@views.route("/sign-in/reset/<token>", methods=["GET", "POST"])
def choose(token: str) -> ResponseReturnValue:
    """Choose a new password; then the person goes on as after signing in, and nobody else of that name is in any more."""
    if not is_good(token):
        return render("people/dead_link.html", kind="password"), 404
    form = Form(Chosen, request.form if request.method == "POST" else None)
    user = _finish(token, form) if form.valid else None
    if not form.valid:
        return render("people/reset.html", form=form), form.status
    if user is None:
        return render("people/dead_link.html", kind="password"), 404
    toast(_("Your new password is set. All other sessions have ended."))
    if not belongs(user, g.place):
        return redirect("/sign-in", 303)
    return proceed(user)


def _finish(token: str, form: Form[Chosen]) -> User | None:
    try:
        return finish_reset(token, form.value.password)
    except PasswordError as error:
        form.fail("password", _(str(error)))
        return None


def send_link(index: str, host: str, language: str) -> None:
    """Send the link, if there is somebody with this address who signs in on this host.

    Args:
        index: of the address, as `email_index` makes it, in hexadecimal.
        host: where it was asked for; the link leads there, and the mail bears its brand.
        language: spoken there, where the person has chosen none.
    """
    place = place_of(host, runtime().settings.domain)
    if place is None:
        return
    with transaction(SIGN_IN) as session:
        reset = start_reset(session, bytes.fromhex(index))
        if reset is None or not belongs(reset.user, place):
            return
        mailing.post(
            session,
            "password",
            brand_of(place),
            reset.user.email or "",
            language=reset.user.locale or language,
            tenant_id=None,
            name=reset.user.name,
            address=f"{site(host)}/sign-in/reset/{reset.token}",
        )
    mailing.wake()
