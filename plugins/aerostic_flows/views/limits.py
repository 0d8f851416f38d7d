"""How far the flows of a workspace may go: what holds, what held without a choice, and what the platform allows."""

from dataclasses import asdict
from decimal import Decimal
from typing import Annotated, Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from aerostic.sdk import (
    MICRO,
    Form,
    allowed,
    can,
    current_tenant,
    current_workspace,
    money,
    number,
    render,
    tenant_scope,
    toast,
    transaction,
)
from aerostic.sdk.automation import ceilings, limits_now, refusals, set_limits, usual_limits

from .. import words
from .base import blueprint

Count = Annotated[int, Field(ge=1)] | None
# Above any ceiling, and far below what takes long to work with.
Amount = Annotated[Decimal, Field(ge=0, le=1_000_000_000, decimal_places=6)] | None


class LimitsForm(BaseModel):
    """Limits by the names of `Limits`, money in units of the currency; None for what holds without a choice."""

    steps: Count = None
    visits: Count = None
    depth: Count = None
    chain: Count = None
    spend: Amount = None
    contact_spend: Amount = None
    tenant_spend: Amount = None


@blueprint.get("/limits")
@allowed("flows.view")
def show_limits() -> ResponseReturnValue:
    """The limits; for those who may change them as a form."""
    return _page()


@blueprint.post("/limits")
@allowed("flows.edit")
def change_limits() -> ResponseReturnValue:
    """Change those that were entered otherwise than they are."""
    form = Form(LimitsForm, request.form)
    if form.valid and _changed(form):
        toast(_("Saved."))
        return redirect(url_for("flows_app.show_limits"), 303)
    return _page(form)


def _changed(form: Form[LimitsForm]) -> bool:
    usual = asdict(usual_limits())
    with transaction(tenant_scope(current_tenant())) as session:
        now = asdict(limits_now(session, current_tenant()))
        wanted = {name: _kept(value, usual[name]) for name, value in form.value}
        other = {name: value for name, value in wanted.items() if value != now[name]}
        chosen = {name: None if value == usual[name] else value for name, value in other.items()}
        for error in refusals(chosen):
            form.fail(error.limit, _(str(error)))
        if form.valid:
            set_limits(session, current_tenant(), **chosen)
    return form.valid


def _page(form: Form[LimitsForm] | None = None) -> ResponseReturnValue:
    with transaction(tenant_scope(current_tenant())) as session:
        now = asdict(limits_now(session, current_tenant()))
    form = form or Form(LimitsForm, initial={name: _entered(name, value) for name, value in now.items()})
    usual, most = asdict(usual_limits()), asdict(ceilings())
    rows = {name: [_shown(name, each[name]) for each in (now, usual, most)] for name in words.LIMITS}
    labels = {name: _label(name) for name in words.LIMITS}
    page = render("flows/limits.html", form=form, rows=rows, labels=labels, edits=can("flows.edit"))
    return page, form.status


def _kept(typed: int | Decimal | None, usual: int) -> int:
    """What was typed as it is kept: counts as they are, money in micro-credits; what holds without a choice where nothing was."""
    if typed is None:
        return usual
    return int(typed * MICRO) if isinstance(typed, Decimal) else typed


def _label(name: str) -> str:
    text = str(_(words.LIMITS[name]))
    return f"{text} ({current_workspace().currency})" if _is_money(name) else text


def _entered(name: str, value: int) -> Any:
    """A limit as it stands in a field."""
    return f"{Decimal(value) / MICRO:f}" if _is_money(name) else value


def _shown(name: str, value: int) -> str:
    """A limit as a person reads it."""
    return money(value, current_workspace().currency) if _is_money(name) else number(value)


def _is_money(name: str) -> bool:
    return name.endswith("spend")
