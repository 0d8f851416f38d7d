"""One's own second step: setting up the app, new recovery codes, and turning it off."""

import io
from typing import Annotated

import segno
from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from pydantic import BaseModel, Field

from aerostic.db import transaction
from aerostic.identity.recovery import codes_left, new_codes
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.sign_ins import note
from aerostic.identity.totp import address_of, confirm_totp, has_totp, remove_totp, seed_to_set_up, start_totp
from aerostic.web.pages.access import SECOND_STEP as PATH
from aerostic.web.pages.access import needs_second_step, signed_in
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.people.confirming import Confirmed, confirm
from aerostic.web.people.notices import STEP_OFF, STEP_ON, tell

views = Blueprint("own_factor", __name__)


class First(BaseModel):
    """The first code that the app shows."""

    code: Annotated[str, Field(max_length=64)]


@views.get(PATH)
@signed_in
def show() -> ResponseReturnValue:
    """Whether it is on, and what can be done about it."""
    return _page()


@views.post(f"{PATH}/start")
@signed_in
def start() -> ResponseReturnValue:
    """Begin to set it up, with the password: nobody else shall, who finds a screen unlocked."""
    form = Form(Confirmed, request.form)
    if not confirm(form):
        return _page(form)
    try:
        start_totp(current_user.user.id)
    except ValueError:
        return redirect(PATH, 303)
    return redirect(f"{PATH}/new", 303)


@views.route(f"{PATH}/new", methods=["GET", "POST"])
@signed_in
def set_up() -> ResponseReturnValue:
    """The picture for the app; its first code ends it. The recovery codes are an answer that nobody keeps."""
    user = current_user.user
    seed = seed_to_set_up(user.id)
    if seed is None:
        return redirect(PATH, 303)
    form = Form(First, request.form if request.method == "POST" else None)
    codes = confirm_totp(user.id, current_user.session.id, form.value.code) if form.valid else None
    if codes:
        tell(user, STEP_ON)
        return render("people/recovery_codes.html", codes=codes, first=True)
    if form.valid:
        form.fail("code", _("This is not the code of now. Check the time of your phone, and type the next one."))
    picture = _picture(address_of(seed, user.email or "", g.brand.name))
    parts = [seed[at : at + 4] for at in range(0, len(seed), 4)]
    return render("people/second_step_new.html", form=form, picture=picture, seed=" ".join(parts)), form.status


@views.post(f"{PATH}/codes")
@signed_in
def again() -> ResponseReturnValue:
    """New recovery codes; the old ones are good no more."""
    form = Form(Confirmed, request.form)
    if not has_totp(current_user.user.id) or not confirm(form):
        return _page(form)
    with transaction(SIGN_IN) as session:
        codes = new_codes(session, current_user.user.id)
        note(session, current_user.user.id, "codes_renewed")
    return render("people/recovery_codes.html", codes=codes, first=False)


@views.post(f"{PATH}/off")
@signed_in
def turn_off() -> ResponseReturnValue:
    """Turn it off, with the password."""
    form = Form(Confirmed, request.form)
    if not confirm(form):
        return _page(form)
    remove_totp(current_user.user.id)
    tell(current_user.user, STEP_OFF)
    toast(_("The second step is off. Signing in takes your password alone."), "warning")
    return redirect(PATH, 303)


def _page(form: Form[Confirmed] | None = None) -> ResponseReturnValue:
    form, user = form or Form(Confirmed), current_user.user
    is_on = has_totp(user.id)
    left = codes_left(user.id) if is_on else 0
    return render(
        "people/second_step.html", form=form, is_on=is_on, left=left, console=needs_second_step()
    ), form.status


def _picture(address: str) -> Markup:
    """A QR code as a part of the page: dark on light in every theme, since that is what phones read."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=5, dark="#000", light="#fff", xmldecl=False, svgns=False, svgclass="qr", lineclass=None
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - made here, of modules of a code
