"""Following the link of an invitation."""

from flask import Blueprint, abort, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel

from aerostic.identity.invitations import InvitationError, Invited, accept, accept_as_new, find_invited
from aerostic.identity.passwords import PasswordError
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.people.entering import begin
from aerostic.web.people.fields import NewPassword, PersonName
from aerostic.web.people.roles import role_titles
from aerostic.web.sessions import TENANT

views = Blueprint("invited", __name__)


class Newcomer(BaseModel):
    """What somebody without an account says about themselves."""

    name: PersonName
    password: NewPassword


@views.get("/invites/<token>")
def show(token: str) -> ResponseReturnValue:
    """Who asks whom, and what is to be done: sign in, make an account, or just join."""
    invited = _find(token)
    return _page(token, invited, Form(Newcomer)) if invited else _dead()


@views.post("/invites/<token>")
def join(token: str) -> ResponseReturnValue:
    """Join: as who is signed in, or with a new account."""
    invited = _find(token)
    if invited is None:
        return _dead()
    if invited.known or current_user.is_authenticated:
        return _join_as_known(token, invited)
    form = Form(Newcomer, request.form)
    if not form.valid:
        return _page(token, invited, form)
    try:
        user = accept_as_new(invited, name=form.value.name, password=form.value.password)
    except InvitationError as error:
        form.fail("", _(str(error)))
    except PasswordError as error:
        form.fail("password", _(str(error)))
    if not form.valid:
        return _page(token, invited, form)
    begin(user)
    return _welcome(invited)


def _join_as_known(token: str, invited: Invited) -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return redirect(f"/sign-in?next=/invites/{token}", 303)
    try:
        accept(invited, current_user.user)
    except InvitationError as error:
        toast(_(str(error)), "danger")
        return redirect(f"/invites/{token}", 303)
    return _welcome(invited)


def _welcome(invited: Invited) -> ResponseReturnValue:
    session[TENANT] = str(invited.tenant_id)
    toast(_("Welcome to %(name)s.", name=invited.tenant))
    return redirect("/", 303)


def _find(token: str) -> Invited | None:
    """The invitation, unless this is another reseller's host."""
    invited = find_invited(token)
    if invited and g.place.reseller_id not in (None, invited.reseller_id):
        abort(404)
    return invited


def _page(token: str, invited: Invited, form: Form[Newcomer]) -> ResponseReturnValue:
    mine = current_user.is_authenticated and current_user.user.email == invited.email
    role = role_titles()[invited.role]
    return render("people/invited.html", token=token, invited=invited, form=form, mine=mine, role=role), form.status


def _dead() -> ResponseReturnValue:
    return render("people/dead_link.html", kind="invitation"), 404
