"""Resellers and workspaces: lists, and one workspace with what the platform may do about it."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.db import new_id, platform_scope, tenant_scope, transaction
from aerostic.ledger import credit
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.web.consoles.facts import facts
from aerostic.web.consoles.table import STATES, tenant_table
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.formats import MICRO, money
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import Column, TableSpec, TableState, fetch

views = Blueprint("platform_tenants", __name__)
CONSOLE = platform_scope("platform console")


class Credit(BaseModel):
    """Credit that the platform adds to a wallet; `form_key` makes it happen once."""

    amount: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=2)]
    note: Annotated[str, Field(min_length=3, max_length=200)]
    form_key: UUID


@views.get("/resellers")
@staff_only("platform")
def resellers() -> ResponseReturnValue:
    """All resellers, with the number of their workspaces."""
    tenants = select(func.count()).where(Tenant.reseller_id == Reseller.id).scalar_subquery()
    spec = TableSpec(
        "resellers",
        Reseller.id,
        [
            Column("name", _("Name"), Reseller.name),
            Column("slug", _("Short name"), extra=True),
            Column("tenants", _("Workspaces"), numeric=True),
            Column("status", _("State")),
            Column("created", _("Since"), Reseller.created_at, extra=True),
        ],
        search=lambda q: Reseller.name.icontains(q, autoescape=True),
    )
    state = TableState.read(spec, request.args)
    with transaction(CONSOLE) as session:
        page = fetch(session, state, select(Reseller, tenants.label("tenants")))
    return render("platform/resellers.html", state=state, page=page)


@views.get("/tenants")
@staff_only("platform")
def index() -> ResponseReturnValue:
    """All workspaces."""
    with transaction(CONSOLE) as session:
        state = TableState.read(tenant_table(_reseller_options(session)), request.args)
        page = fetch(session, state, select(Tenant))
    return render("consoles/tenants.html", state=state, page=page, base="/tenants")


@views.get("/tenants/<uuid:tenant_id>")
@staff_only("platform")
def show(tenant_id: UUID) -> ResponseReturnValue:
    """One workspace."""
    return _page(tenant_id, Form(Credit, initial={"form_key": new_id()}))


@views.post("/tenants/<uuid:tenant_id>/state")
@staff_only("platform")
def set_state(tenant_id: UUID) -> ResponseReturnValue:
    """Suspend a workspace, or let it work again."""
    wanted = request.form.get("state", "")
    if wanted not in STATES:
        abort(422)
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
        tenant.status = wanted
        tenant.version += 1
    toast(_("The workspace is suspended.") if wanted == "suspended" else _("The workspace is active again."))
    return redirect(f"/tenants/{tenant_id}", 303)


@views.post("/tenants/<uuid:tenant_id>/credit")
@staff_only("platform")
def add_credit(tenant_id: UUID) -> ResponseReturnValue:
    """Put credit into the wallet of a workspace, once a form."""
    form = Form(Credit, request.form)
    if not form.valid:
        return _page(tenant_id, form)
    amount = int(form.value.amount * MICRO)
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
    with transaction(tenant_scope(tenant_id)) as session:
        credit(session, tenant_id, amount, tenant.currency, f"console:{form.value.form_key}", form.value.note)
    toast(_("%(amount)s were added.", amount=money(amount, tenant.currency)))
    return redirect(f"/tenants/{tenant_id}", 303)


def _reseller_options(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(Reseller.id, Reseller.name).order_by(Reseller.name).limit(200))
    return [(str(row.id), row.name) for row in rows]


def _page(tenant_id: UUID, form: Form[Credit]) -> ResponseReturnValue:
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
        return render("platform/tenant.html", tenant=tenant, facts=facts(session, tenant), form=form), form.status
