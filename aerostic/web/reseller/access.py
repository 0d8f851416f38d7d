"""How a reseller's own staff come into its console."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel

from aerostic.audit import Act, record
from aerostic.db import reseller_scope, transaction
from aerostic.tenancy.models import Reseller
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.reseller.brand import own_reseller

views = Blueprint("reseller_access", __name__)
PATH = "/reseller/access"


class Access(BaseModel):
    """Whether the console opens only to who signed in with more than a password."""

    second_step: bool = False


@views.route(PATH, methods=["GET", "POST"])
@staff_only("reseller")
def index() -> ResponseReturnValue:
    """Whether staff need a second step; only who has come with one can ask for it."""
    scope = reseller_scope(own_reseller())
    with transaction(scope) as session:
        before = session.get_one(Reseller, own_reseller()).second_step
    form = Form(Access, request.form if request.method == "POST" else None, initial={"second_step": before})
    if form.valid and form.value.second_step and current_user.session.factor == "password":
        form.fail("second_step", _("Set it up in your own profile first: else you could not come back here."))
    if not form.valid:
        return render("reseller/access.html", form=form), form.status
    after = form.value.second_step
    with transaction(scope) as session:
        session.get_one(Reseller, own_reseller()).second_step = after
        values = {"second_step": before}, {"second_step": after}
        record(session, Act(None, "settings.changed", f"reseller:{own_reseller()}", *values))
    toast(_("Saved."))
    return redirect(PATH, 303)
