"""One's own profile: name, language, zone, looks, password, sessions."""

from typing import Literal

from flask import Blueprint, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user
from pydantic import BaseModel

from aerostic.identity.models import User
from aerostic.identity.people import change_password, change_user, end_sessions
from aerostic.web.pages.access import signed_in
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.people.backoff import Limit, refuse
from aerostic.web.people.fields import NewPassword, Password, PersonName, Zone, zones
from aerostic.web.people.roles import role_titles
from aerostic.web.sessions import SignedIn
from aerostic.words import LOCALES

views = Blueprint("profile", __name__)
TRIES = Limit("password-change", 10)
FIELDS = ("name", "locale", "zone", "mode", "density")


class Preferences(BaseModel):
    """What a person says about themselves."""

    name: PersonName
    locale: Literal["", *LOCALES] = ""  # type: ignore[valid-type]
    zone: Zone = ""
    mode: Literal["system", "light", "dark"] = "system"
    density: Literal["normal", "compact"] = "normal"


class Passwords(BaseModel):
    """The password that is, and the one that is to be."""

    current: Password
    new: NewPassword


@views.get("/profile")
@signed_in
def show() -> ResponseReturnValue:
    """Everything on one page."""
    return _page()


@views.post("/profile")
@signed_in
def save() -> ResponseReturnValue:
    """Save what the person prefers."""
    form = Form(Preferences, request.form)
    if not form.valid:
        return _page(preferences=form)
    change_user(current_user.user.id, **form.value.model_dump())
    toast(_("Saved."))
    return redirect("/profile", 303)


@views.post("/profile/password")
@signed_in
def save_password() -> ResponseReturnValue:
    """Change the password; sessions elsewhere end."""
    form = Form(Passwords, request.form)
    if form.valid:
        if wait := TRIES.spend(str(current_user.user.id)):
            refuse(wait)
        user = change_password(current_user.user.id, form.value.current, form.value.new)
        if user:
            TRIES.forget(str(user.id))
            _stay(user)
            toast(_("Your new password is set. All other sessions have ended."))
            return redirect("/profile", 303)
        form.fail("current", _("This is not your password. Check it, or have a new one sent to you."))
    return _page(passwords=form)


@views.post("/profile/sessions")
@signed_in
def end() -> ResponseReturnValue:
    """End all sessions but this one."""
    _stay(end_sessions(current_user.user.id))
    toast(_("You are signed out everywhere else."))
    return redirect("/profile", 303)


def _stay(user: User) -> None:
    """Go on in this session, whose version has just ended."""
    login_user(SignedIn(user))
    session.modified = True


def _page(
    preferences: Form[Preferences] | None = None, passwords: Form[Passwords] | None = None
) -> ResponseReturnValue:
    user = current_user.user
    preferences = preferences or Form(Preferences, initial={name: getattr(user, name) for name in FIELDS})
    passwords = passwords or Form(Passwords)
    page = render(
        "people/profile.html",
        preferences=preferences,
        passwords=passwords,
        languages=list(LOCALES.items()),
        role=role_titles().get(g.get("role", ""), ""),
        zones=[(name, name.replace("_", " ")) for name in zones()],
    )
    return page, max(preferences.status, passwords.status)
