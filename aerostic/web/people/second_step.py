"""The second step of signing in: a code of the app, or one of the recovery codes."""

from typing import Annotated
from uuid import UUID

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import BaseModel, Field

from aerostic.identity.models import User
from aerostic.identity.recovery import codes_left, use_code
from aerostic.identity.sessions import end_session, find_waiting
from aerostic.identity.totp import use_totp
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.people.devices import known_device
from aerostic.web.people.doubt import locked
from aerostic.web.people.entering import NEXT, WAITING, begin, note_failure, onwards
from aerostic.web.people.lockout import Lockout, waiting
from aerostic.web.people.telling import tell

views = Blueprint("second_step", __name__)
# Of one account, wherever it is tried from: a million codes are few. With a known device its owner is counted apart, and
# nobody gets this far without the password.
GUESSES = Lockout("code", 5)


class Code(BaseModel):
    """What the app shows, or what was written down."""

    code: Annotated[str, Field(max_length=64)]


@views.route("/sign-in/code", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Ask for the code of who has just given the right password."""
    user = _waiting()
    if user is None:
        session.pop(WAITING, None)
        return redirect("/sign-in", 303)
    form = Form(Code, request.form if request.method == "POST" else None)
    if not form.valid:
        return _page(form, form.status)
    account = user.email_index.hex()
    origin = known_device(account) or "anywhere"
    known = origin != "anywhere"
    if wait := locked(account, known=known) or GUESSES.begin(account, origin):
        tell(account, "refused", "totp", known=known)
        form.fail("code", waiting(wait))
        return _page(form, 429, {"Retry-After": str(wait)})
    factor = _factor(user, form.value.code)
    if factor is None:
        note_failure(account, "totp", user.email or "", known=known)
        form.fail(
            "code", _("This code is wrong, or was used before. Wait until the app shows the next one, and type that.")
        )
        return _page(form, form.status)
    GUESSES.forget(account, origin)
    return _enter(user, factor)


def _waiting() -> User | None:
    return find_waiting(UUID(session[WAITING])) if WAITING in session else None


def _factor(user: User, code: str) -> str | None:
    if use_totp(user.id, code):
        return "totp"
    return "recovery" if use_code(user.id, code) else None


def _enter(user: User, factor: str) -> ResponseReturnValue:
    wanted = session.get(NEXT, "")
    end_session(user.id, UUID(session[WAITING]))
    begin(user, factor)
    if factor == "recovery":
        left = codes_left(user.id)
        toast(
            ngettext(
                "You have one recovery code left. Make new ones in your profile.",
                "You have %(num)s recovery codes left. You can make new ones in your profile.",
                left,
            ),
            "warning",
        )
    return redirect(onwards(wanted), 303)


def _page(form: Form[Code], status: int, headers: dict[str, str] | None = None) -> ResponseReturnValue:
    return render("people/code.html", form=form), status, headers or {}
