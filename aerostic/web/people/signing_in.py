"""Signing in and out, and the workspace a person works in."""

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, abort, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from pydantic import BaseModel, Field

from aerostic.identity.people import sign_in
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render
from aerostic.web.sessions import TENANT, SignedIn, workspaces_of

views = Blueprint("signing_in", __name__)
CONSOLES = {"platform": "/overview", "reseller": "/reseller"}


class Credentials(BaseModel):
    """What a person signs in with."""

    email: Annotated[str, Field(max_length=320)]
    password: Annotated[str, Field(max_length=1024)]


@views.get("/sign-in")
def show() -> ResponseReturnValue:
    """The form; who is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(_onwards(), 303)
    return render("people/sign_in.html", form=Form(Credentials), next=request.args.get("next", ""))


@views.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Check address and password; 422 says nothing about which of them was wrong."""
    form = Form(Credentials, request.form)
    user = sign_in(form.value.email, form.value.password) if form.valid else None
    if form.valid and (user is None or not _belongs(user.staff)):
        form.fail("", _("The address or the password is wrong. Check both, or have a new password sent to you."))
    if user is None or not form.valid:
        return render("people/sign_in.html", form=form, next=request.form.get("next", "")), form.status
    session.clear()
    login_user(SignedIn(user))
    workspaces = workspaces_of(user.id, g.place.reseller_id)
    if len(workspaces) == 1:
        session[TENANT] = str(workspaces[0].id)
    return redirect(_onwards(), 303)


@views.post("/sign-out")
def leave() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    return redirect("/sign-in", 303)


@views.get("/workspaces")
def choose() -> ResponseReturnValue:
    """The workspaces of the person that can be opened on this host."""
    if not current_user.is_authenticated:
        return redirect("/sign-in", 303)
    return render("people/workspaces.html", workspaces=workspaces_of(current_user.user.id, g.place.reseller_id))


@views.post("/workspaces")
def work_in() -> ResponseReturnValue:
    """Work in the chosen one; 404 for one the person does not belong to."""
    if not current_user.is_authenticated:
        return redirect("/sign-in", 303)
    try:
        wanted = UUID(request.form.get("id", ""))
    except ValueError:
        abort(404)
    if wanted not in {found.id for found in workspaces_of(current_user.user.id, g.place.reseller_id)}:
        abort(404)
    session[TENANT] = str(wanted)
    return redirect("/", 303)


def _belongs(staff: str) -> bool:
    """Platform staff sign in on admin hosts, and nobody else does there."""
    return (staff == "platform") == (g.place.area == "admin")


def _onwards() -> str:
    """Where to go after signing in: back to where one came from, on this host only."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc:
        return wanted
    if current_user.user.staff:
        return CONSOLES[current_user.user.staff]
    return "/" if session.get(TENANT) else "/workspaces"
