"""Signing in and out."""

from flask import Blueprint, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from pydantic import BaseModel

from aerostic.identity.models import User
from aerostic.identity.people import sign_in
from aerostic.identity.sessions import end_session
from aerostic.identity.totp import has_totp
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render
from aerostic.web.people import linked
from aerostic.web.people.backoff import Limit, address_key, refuse, visitor_key
from aerostic.web.people.devices import known_device
from aerostic.web.people.doubt import is_doubted, is_slowed, locked
from aerostic.web.people.entering import note_failure, onwards, proceed
from aerostic.web.people.fields import Password
from aerostic.web.people.lockout import Lockout, waiting
from aerostic.web.people.telling import tell
from aerostic.web.places import Place

views = Blueprint("signing_in", __name__)
# Of one account from one place, and of all accounts from one place where no device is known.
GUESSES, BY_VISITOR = Lockout("password", 5), Limit("sign-in-visitor", 60)
# The same count, for a place that detection slows down.
BY_SLOWED = Limit("sign-in-visitor", 6)


class Credentials(BaseModel):
    """What a person signs in with."""

    email: Password
    password: Password


@views.get("/sign-in")
def show() -> ResponseReturnValue:
    """The form; who is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(onwards(request.args.get("next", "")), 303)
    return render("people/sign_in.html", form=Form(Credentials), next=request.args.get("next", ""))


@views.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Check address and password. No answer says which of them was wrong, or whether there is anybody."""
    form = Form(Credentials, request.form)
    wanted = request.form.get("next", "")
    if not form.valid:
        return _again(form, wanted, form.status)
    account = address_key(form.value.email)
    origin = origin_of(account)
    known = origin != visitor_key()
    if wait := locked(account, known=known) or _count(account, origin):
        tell(account, "refused", "password", known=known)
        form.fail("", waiting(wait))
        return _again(form, wanted, 429, {"Retry-After": str(wait)})
    user = sign_in(form.value.email, form.value.password)
    if user is None or not belongs(user, g.place):
        note_failure(account, "password", form.value.email, known=known)
        form.fail("", _("The address or the password is wrong. Check both, or have a new password sent to you."))
        return _again(form, wanted, form.status)
    _uncount(account, origin)
    if is_doubted(known=known) and not has_totp(user.id):
        linked.send(user, wanted)
        return redirect(linked.SENT, 303)
    return proceed(user, wanted)


@views.post("/sign-out")
def leave() -> ResponseReturnValue:
    """End the session."""
    if current_user.is_authenticated:
        end_session(current_user.user.id, current_user.session.id)
    logout_user()
    session.clear()
    return redirect("/sign-in", 303)


def belongs(user: User, place: Place) -> bool:
    """Platform staff sign in on admin hosts, and nobody else does; a reseller's staff on no other reseller's host."""
    if user.staff == "platform" or place.area == "admin":
        return user.staff == "platform" and place.area == "admin"
    return not user.staff or place.reseller_id in (None, user.reseller_id)


def origin_of(account: str) -> str:
    """Where a try at an account comes from: a device it has signed in with, or else an address."""
    return known_device(account) or visitor_key()


def _again(
    form: Form[Credentials], wanted: str, status: int, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    return render("people/sign_in.html", form=form, next=wanted), status, headers or {}


def _count(account: str, origin: str) -> int:
    """Count a try; the seconds to wait instead. A known device has no part in what others do at its address."""
    if wait := GUESSES.begin(account, origin):
        return wait
    if origin == visitor_key() and (wait := (BY_SLOWED if is_slowed() else BY_VISITOR).spend(origin)):
        tell(account, "refused", "password")
        refuse(wait)
    return 0


def _uncount(account: str, origin: str) -> None:
    """What was right is not held against anybody."""
    GUESSES.forget(account, origin)
    if origin == visitor_key():
        BY_VISITOR.give_back(origin)
