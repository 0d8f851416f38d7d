"""What a reseller earns: what each workspace paid in a month, what the platform had of it, and the margin that is left."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from pydantic import BaseModel
from sqlalchemy import BigInteger, ScalarSelect, cast, func, select, true

from aerostic.billing.credits.contract import CreditError
from aerostic.billing.credits.earnings import earned, take_over
from aerostic.billing.models import Usage
from aerostic.billing.usage import today
from aerostic.db import new_id, reseller_scope, transaction
from aerostic.ledger import KeyReusedError
from aerostic.tenancy.models import Tenant
from aerostic.web.consoles.credits.giving import acting
from aerostic.web.consoles.credits.requests import waiting
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.formats import money
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch
from aerostic.web.reseller.brand import own_reseller

views = Blueprint("reseller_earnings", __name__)
HERE = "/reseller/credits/earnings"
MONTHS = 12
SUMS = ("paid_count", "paid", "shares")


class TakingOver(BaseModel):
    """Which currency's earnings; `form_key` makes it happen once."""

    currency: str
    form_key: UUID


@views.get(HERE)
@staff_only("reseller")
def show() -> ResponseReturnValue:
    """What was earned by each workspace in a month, and what may be taken over."""
    state = TableState.read(_table(), request.args)
    month = state.filters.get("month") or _months()[0]
    with transaction(reseller_scope(own_reseller())) as session:
        sums = [_sum(name, month).label(name) for name in SUMS]
        return render(
            "reseller/credits/earnings.html",
            state=state,
            page=fetch(session, state, select(Tenant, *sums)),
            month=_words(month),
            earned=earned(session, own_reseller()),
            form_key=new_id(),
            waiting=waiting(session),
        )


@views.post(HERE)
@staff_only("reseller")
def take() -> ResponseReturnValue:
    """Take over what was earned as credits."""
    form = Form(TakingOver, request.form)
    if form.valid:
        try:
            with transaction(reseller_scope(own_reseller())) as session:
                done = take_over(session, own_reseller(), form.value.currency, acting(), form.value.form_key)
            toast(_("%(amount)s are credits of yours now.", amount=money(done.amount, done.currency)))
        except CreditError as error:
            toast(_(str(error)), "info")
        except KeyReusedError:
            toast(_("This form was sent before. Open the page anew."), "danger")
    return redirect(HERE, 303)


def _table() -> TableSpec:
    months = [(month, _words(month)) for month in _months()]
    return TableSpec(
        "earnings",
        Tenant.id,
        [
            Column("name", _("Workspace"), Tenant.name),
            Column("count", _("Messages paid"), numeric=True, extra=True),
            Column("paid", _("Workspace paid"), numeric=True),
            Column("cost", _("You paid"), numeric=True, extra=True),
            Column("margin", _("Margin"), numeric=True),
            Column("each", _("Margin a message"), numeric=True, extra=True),
        ],
        # The month is that of the sums; it leaves no workspace out.
        filters=[Filter("month", _("Month"), lambda value: true() if value in dict(months) else None, months)],
        search=lambda q: Tenant.name.icontains(q, autoescape=True),
        order="name",
    )


def _months() -> list[str]:
    """The last twelve months, the present one first."""
    found, day = [], today().replace(day=1)
    for _index in range(MONTHS):
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def _words(month: str) -> str:
    return str(format_date(date.fromisoformat(f"{month}-01"), "MMMM yyyy"))


def _sum(name: str, month: str) -> ScalarSelect[Any]:
    """For a query of tenants: a sum of each one's usage in a month, in its currency."""
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    own = Usage.tenant_id == Tenant.id, Usage.currency == Tenant.currency, Usage.day >= first, Usage.day < after
    total = cast(func.coalesce(func.sum(getattr(Usage, name)), 0), BigInteger)
    return select(total).where(*own).correlate(Tenant).scalar_subquery()
