"""The settings of a workspace itself; those of its parts have pages of their own."""

from decimal import Decimal
from typing import Annotated

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import AfterValidator, BaseModel, Field

from aerostic.audit import Act, record
from aerostic.db import tenant_scope, transaction
from aerostic.tenancy.models import Tenant
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.formats import MICRO
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.people.fields import Zone, countries, zones

views = Blueprint("settings", __name__)
FIELDS = ("name", "zone", "country")


def _country(value: str) -> str:
    if value and value not in dict(countries()):
        raise ValueError(_("Choose one of those that are offered."))
    return value


class Details(BaseModel):
    """What a workspace is called, where it is, below which balance its owners and admins are told (None for never), and
    whether it asks for a second step."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    zone: Zone
    country: Annotated[str, AfterValidator(_country)] = ""
    low_balance: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=2)] | None = None
    second_step: bool = False


@views.route("/settings", methods=["GET", "POST"])
@allowed("settings.edit")
def index() -> ResponseReturnValue:
    """Name, time zone, country, the balance that is low, and for owners whether it asks for a second step."""
    workspace = current_workspace()
    low = workspace.low_balance
    start = {name: getattr(workspace, name) for name in FIELDS}
    start["low_balance"] = "" if low is None else f"{Decimal(low) / MICRO:f}"
    start["second_step"] = workspace.second_step
    form = Form(Details, request.form if request.method == "POST" else None, initial=start)
    owner = g.role == "owner"
    if form.valid and owner and form.value.second_step and current_user.session.factor == "password":
        form.fail("second_step", _("Set it up in your own profile first: else you could not come back here."))
    if form.valid:
        with transaction(tenant_scope(workspace.id)) as session:
            row = session.get_one(Tenant, workspace.id)
            before = _kept(row)
            for name in FIELDS:
                setattr(row, name, getattr(form.value, name))
            row.low_balance = int(form.value.low_balance * MICRO) if form.value.low_balance else None
            if owner:
                row.second_step = form.value.second_step
            row.version += 1
            record(session, Act(workspace.id, "settings.changed", f"tenant:{workspace.id}", before, _kept(row)))
        toast(_("Saved."))
        return redirect("/settings", 303)
    page = render(
        "app/settings/index.html",
        form=form,
        workspace=workspace,
        owner=owner,
        zones=[(name, name.replace("_", " ")) for name in zones()],
        countries=countries(),
    )
    return page, form.status


def _kept(row: Tenant) -> dict[str, object]:
    return {name: getattr(row, name) for name in (*FIELDS, "low_balance")}
