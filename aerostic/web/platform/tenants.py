"""Workspaces: all of them, and one with what the platform may do about it."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import platform_scope, transaction
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.web.consoles.credits.giving import Errand, serve
from aerostic.web.consoles.facts import facts
from aerostic.web.consoles.table import STATES, tenant_table
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import TableState, fetch
from aerostic.web.support import starting

views = Blueprint("platform_tenants", __name__)
CONSOLE = platform_scope("platform console")


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
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
        reseller = session.get(Reseller, tenant.reseller_id) if tenant.reseller_id else None
        return render("platform/tenant.html", tenant=tenant, facts=facts(session, tenant), reseller=reseller)


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


@views.route("/tenants/<uuid:tenant_id>/credit", methods=["GET", "POST"])
@staff_only("platform")
def add_credit(tenant_id: UUID) -> ResponseReturnValue:
    """Put credit into the wallet of a workspace, once a form; that of a reseller's comes out of the reseller's wallet."""
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
    kind = "allocation" if tenant.reseller_id else "topup"
    here = f"/tenants/{tenant_id}"
    return serve(Errand(kind, CONSOLE, tenant.name, here, [tenant.currency], tenant.reseller_id, tenant_id))


@views.route("/tenants/<uuid:tenant_id>/work-as", methods=["GET", "POST"])
@staff_only("platform")
def work_as(tenant_id: UUID) -> ResponseReturnValue:
    """Work in a workspace as its people do, with a reason and for a time."""
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
    return starting.serve(tenant, f"/tenants/{tenant_id}")


def _reseller_options(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(Reseller.id, Reseller.name).order_by(Reseller.name).limit(200))
    return [(str(row.id), row.name) for row in rows]
