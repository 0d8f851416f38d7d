"""Proving anew who one is: with the app, or else with the password, when detection doubts that it is still the same person."""

from typing import Annotated
from uuid import UUID

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field

from aerostic.identity.people import confirm_password
from aerostic.identity.recovery import use_code
from aerostic.identity.totp import has_totp, use_totp
from aerostic.web.held.flags import held
from aerostic.web.held.gate import AGAIN, PROVED
from aerostic.web.pages.access import signed_in
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.people.devices import known_device
from aerostic.web.people.entering import note_failure, onwards
from aerostic.web.people.lockout import Lockout, waiting

views = Blueprint("again", __name__)
TRIES = Lockout("again", 5)


class Proof(BaseModel):
    """A code of the app, or a recovery code; or the password of who has no app."""

    proof: Annotated[str, Field(min_length=1, max_length=1024)]


@views.route(AGAIN, methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """Ask, and go on where the person wanted to."""
    doubted, wanted = held("user", "challenge"), request.values.get("next", "")
    if doubted is None or session.get(PROVED) == doubted.decision_id:
        return redirect(onwards(wanted), 303)
    user, by_code = current_user.user, has_totp(current_user.user.id)
    form = Form(Proof, request.form if request.method == "POST" else None)
    if not form.valid:
        return _page(form, by_code, wanted, form.status)
    # On a known device its owner is counted apart from who guesses with a stolen session.
    origin = known_device(user.email_index.hex()) or "anywhere"
    if wait := TRIES.begin(str(user.id), origin):
        form.fail("proof", waiting(wait))
        return _page(form, by_code, wanted, 429)
    if not _right(user.id, form.value.proof, by_code):
        note_failure(user.email_index.hex(), "totp" if by_code else "password", user.email or "")
        form.fail("proof", _("This code is wrong, or was used before.") if by_code else _("This is not your password."))
        return _page(form, by_code, wanted, form.status)
    TRIES.forget(str(user.id), origin)
    session[PROVED] = doubted.decision_id
    toast(_("Thank you. If it was not you who did something odd here, change your password now."), "info")
    return redirect(onwards(wanted), 303)


def _right(user_id: UUID, proof: str, by_code: bool) -> bool:
    if by_code:
        return use_totp(user_id, proof) or use_code(user_id, proof)
    return confirm_password(user_id, proof)


def _page(form: Form[Proof], by_code: bool, wanted: str, status: int) -> ResponseReturnValue:
    return render("people/again.html", form=form, by_code=by_code, next=wanted), status
