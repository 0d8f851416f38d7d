"""One's own profile: name, language, zone, looks, password."""

from typing import Literal

from flask import Blueprint, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel

from aerostic.identity.passwords import PasswordError
from aerostic.identity.people import change_password, change_user
from aerostic.web.pages.access import signed_in
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.people.backoff import refuse
from aerostic.web.people.confirming import TRIES
from aerostic.web.people.entering import begin
from aerostic.web.people.fields import NewPassword, Password, PersonName, Zone, zones
from aerostic.web.people.roles import role_titles
from aerostic.web.sessions import TENANT
from aerostic.words import LOCALES

views = Blueprint("profile", __name__)
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
    if form.valid and _change(form):
        toast(_("Your new password is set. All other sessions have ended."))
        return redirect("/profile", 303)
    return _page(passwords=form)


def _change(form: Form[Passwords]) -> bool:
    """Set the new password, and go on in a new session: the one that this is has ended with the others."""
    own = current_user.user.id
    if wait := TRIES.spend(str(own)):
        refuse(wait)
    try:
        user = change_password(own, form.value.current, form.value.new)
    except PasswordError as error:
        form.fail("new", _(str(error)))
        return False
    if user is None:
        form.fail("current", _("This is not your password. Check it, or have a new one sent to you."))
        return False
    TRIES.forget(str(own))
    begin(user, current_user.session.factor, tenant=session.get(TENANT))
    return True


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
