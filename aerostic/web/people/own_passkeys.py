"""One's own passkeys: adding one, and removing it."""

from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field

from aerostic.identity.passkeys import PasskeyError, add_passkey, list_passkeys, options_to_add, remove_passkey
from aerostic.web.pages.access import signed_in
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.people.challenges import new_challenge, take_challenge
from aerostic.web.people.confirming import Confirmed, confirm
from aerostic.web.people.devices import device_name
from aerostic.web.people.notices import PASSKEY_ADDED, PASSKEY_REMOVED, tell
from aerostic.web.sites import site

views = Blueprint("own_passkeys", __name__)
PATH = "/profile/passkeys"
# What the cookie holds once the password was given: whose session may add one.
MAY_ADD = "may_add_passkey"


class Made(BaseModel):
    """What the browser made, and what its owner calls it."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    credential: Annotated[str, Field(max_length=16_384)]


@views.get(PATH)
@signed_in
def show() -> ResponseReturnValue:
    """The passkeys of this host."""
    return _page()


@views.post(f"{PATH}/start")
@signed_in
def start() -> ResponseReturnValue:
    """Begin to add one, with the password."""
    form = Form(Confirmed, request.form)
    if not confirm(form):
        return _page(form)
    session[MAY_ADD] = str(current_user.session.id)
    return redirect(f"{PATH}/new", 303)


@views.get(f"{PATH}/new")
@signed_in
def new() -> ResponseReturnValue:
    """What the browser needs to make one."""
    if session.get(MAY_ADD) != str(current_user.session.id):
        return redirect(PATH, 303)
    return _new(Form(Made, initial={"name": device_name() or _("Passkey")}))


@views.post(f"{PATH}/new")
@signed_in
def add() -> ResponseReturnValue:
    """Keep it."""
    user, form = current_user.user, Form(Made, request.form)
    challenge = take_challenge(_purpose())
    if challenge is None or session.get(MAY_ADD) != str(current_user.session.id):
        return redirect(PATH, 303)
    if not form.valid:
        return _new(form)
    made = form.value
    try:
        add_passkey(
            user.id, made.credential, name=made.name, host=g.place.host, origin=site(g.place.host), challenge=challenge
        )
    except PasskeyError:
        form.fail("", _("That did not work. Try again, or with another device."))
        return _new(form)
    session.pop(MAY_ADD)
    tell(user, PASSKEY_ADDED)
    toast(_("The passkey is there. You can sign in with it from now on."))
    return redirect(PATH, 303)


@views.post(f"{PATH}/<uuid:passkey_id>/remove")
@signed_in
def remove(passkey_id: UUID) -> ResponseReturnValue:
    """Let it in no more; 404 for somebody else's."""
    if not remove_passkey(current_user.user.id, passkey_id):
        abort(404)
    tell(current_user.user, PASSKEY_REMOVED)
    toast(_("The passkey is removed. Delete it on your device, too."))
    return redirect(PATH, 303)


def _purpose() -> str:
    return f"add-{current_user.user.id}"


def _page(form: Form[Confirmed] | None = None) -> ResponseReturnValue:
    form = form or Form(Confirmed)
    found = list_passkeys(current_user.user.id, g.place.host)
    return render("people/passkeys.html", form=form, passkeys=found), form.status


def _new(form: Form[Made]) -> ResponseReturnValue:
    options = options_to_add(current_user.user, g.place.host, g.brand.name, new_challenge(_purpose()))
    return render("people/passkey_new.html", form=form, options=options), form.status
