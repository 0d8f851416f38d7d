"""Signing in with a passkey: it is the person's device and their finger, face or PIN at once, so nothing else is asked."""

from typing import Annotated

from flask import Blueprint, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from aerostic.identity.passkeys import PasskeyError, options_to_enter, recognise
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import toast
from aerostic.web.people.backoff import Limit, refuse, visitor_key
from aerostic.web.people.challenges import new_challenge, take_challenge
from aerostic.web.people.devices import known_device
from aerostic.web.people.doubt import locked
from aerostic.web.people.entering import begin, note_failure, onwards
from aerostic.web.people.lockout import waiting
from aerostic.web.people.signing_in import belongs
from aerostic.web.people.telling import tell
from aerostic.web.sites import site

views = Blueprint("passkey_entry", __name__)
# Nobody can guess one; this is for the work that each try makes.
TRIES = Limit("passkey-visitor", 120)
PURPOSE = "enter"


class Shown(BaseModel):
    """What the browser says, and where the person wanted to go."""

    credential: Annotated[str, Field(max_length=16_384)]
    next: str = ""


@views.post("/sign-in/passkey/options")
def options() -> ResponseReturnValue:
    """What the browser needs to find a passkey of this host."""
    if wait := TRIES.spend(visitor_key()):
        refuse(wait)
    return Response(options_to_enter(g.place.host, new_challenge(PURPOSE)), mimetype="application/json")


@views.post("/sign-in/passkey")
def enter() -> ResponseReturnValue:
    """Sign in who comes with one."""
    form, challenge = Form(Shown, request.form), take_challenge(PURPOSE)
    user = None
    if form.valid and challenge:
        try:
            user = recognise(form.value.credential, host=g.place.host, origin=site(g.place.host), challenge=challenge)
        except PasskeyError:
            note_failure("", "passkey")
    if user is None or not belongs(user, g.place):
        toast(_("That passkey is not known here. Sign in with your password, and look into your profile."), "danger")
        return redirect("/sign-in", 303)
    account = user.email_index.hex()
    if wait := locked(account, known=bool(known_device(account))):
        tell(account, "refused", "passkey")
        toast(waiting(wait), "danger")
        return redirect("/sign-in", 303)
    TRIES.give_back(visitor_key())
    begin(user, "passkey")
    return redirect(onwards(form.value.next), 303)
