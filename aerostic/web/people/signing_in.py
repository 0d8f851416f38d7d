"""Signing in and out."""

import re

from flask import Blueprint, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from pydantic import BaseModel

from aerostic.identity.models import User
from aerostic.identity.people import sign_in
from aerostic.identity.sign_ins import note_refused, note_started
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render
from aerostic.web.people.backoff import Limit, address_key, refuse, visitor_key
from aerostic.web.people.fields import Password
from aerostic.web.places import Place
from aerostic.web.sessions import TENANT, SignedIn, workspaces_of

views = Blueprint("signing_in", __name__)
CONSOLES = {"platform": "/overview", "reseller": "/reseller"}
# Paths on this host: what a browser could take for the beginning of another host's address is none.
PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
BY_ADDRESS, BY_VISITOR = Limit("sign-in-address", 15), Limit("sign-in-visitor", 60)


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
    """Check address and password; 422 says nothing about which of them was wrong."""
    form = Form(Credentials, request.form)
    wanted = request.form.get("next", "")
    user = _check(form.value) if form.valid else None
    if form.valid and user is None:
        form.fail("", _("The address or the password is wrong. Check both, or have a new password sent to you."))
    if user is None:
        return render("people/sign_in.html", form=form, next=wanted), form.status
    begin(user)
    return redirect(onwards(wanted), 303)


@views.post("/sign-out")
def leave() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    return redirect("/sign-in", 303)


def begin(user: User) -> None:
    """Sign a person in, in a new session; into their workspace, where there is only one."""
    session.clear()
    login_user(SignedIn(user))
    note_started(user.id)
    workspaces = workspaces_of(user.id, g.place.reseller_id)
    if len(workspaces) == 1:
        session[TENANT] = str(workspaces[0].id)


def onwards(wanted: str) -> str:
    """Where to go after signing in: back to where one came from, on this host only; else where the person works."""
    if PATH.fullmatch(wanted):
        return wanted
    if current_user.user.staff:
        return CONSOLES[current_user.user.staff]
    return "/" if session.get(TENANT) else "/workspaces"


def belongs(user: User, place: Place) -> bool:
    """Platform staff sign in on admin hosts, and nobody else does; a reseller's staff on no other reseller's host."""
    if user.staff == "platform" or place.area == "admin":
        return user.staff == "platform" and place.area == "admin"
    return not user.staff or place.reseller_id in (None, user.reseller_id)


def _check(given: Credentials) -> User | None:
    """The person with these; every try is counted, and those that were right are not held against anybody."""
    address, visitor = address_key(given.email), visitor_key()
    if wait := max(BY_ADDRESS.spend(address), BY_VISITOR.spend(visitor)):
        refuse(wait)
    user = sign_in(given.email, given.password)
    if user is None or not belongs(user, g.place):
        note_refused(given.email)
        return None
    BY_ADDRESS.forget(address)
    BY_VISITOR.give_back(visitor)
    return user
