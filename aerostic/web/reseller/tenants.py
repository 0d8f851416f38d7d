"""The workspaces of a reseller."""

from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from aerostic.db import Scope, reseller_scope, tenant_scope, transaction
from aerostic.tenancy.models import Tenant
from aerostic.web.consoles.credits.giving import Errand, serve
from aerostic.web.consoles.facts import facts
from aerostic.web.consoles.table import tenant_table
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import TableState, fetch
from aerostic.web.support import starting

views = Blueprint("reseller_tenants", __name__)


@views.get("/reseller")
@staff_only("reseller")
def index() -> ResponseReturnValue:
    """All of them."""
    state = TableState.read(tenant_table([]), request.args)
    with transaction(_scope()) as session:
        page = fetch(session, state, select(Tenant))
    return render("consoles/tenants.html", state=state, page=page, base="/reseller/tenants")


@views.get("/reseller/tenants/<uuid:tenant_id>")
@staff_only("reseller")
def show(tenant_id: UUID) -> ResponseReturnValue:
    """One workspace: counts and standing, none of its people's data."""
    with transaction(_scope()) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
    with transaction(tenant_scope(tenant.id)) as session:
        return render("reseller/tenant.html", tenant=tenant, facts=facts(session, tenant))


@views.route("/reseller/tenants/<uuid:tenant_id>/allocate", methods=["GET", "POST"])
@staff_only("reseller")
def allocate(tenant_id: UUID) -> ResponseReturnValue:
    """Give credits to a workspace, once a form."""
    return _move("allocation", tenant_id)


@views.route("/reseller/tenants/<uuid:tenant_id>/take-back", methods=["GET", "POST"])
@staff_only("reseller")
def take_back(tenant_id: UUID) -> ResponseReturnValue:
    """Take credits back that a workspace has not spent, once a form."""
    return _move("clawback", tenant_id)


@views.route("/reseller/tenants/<uuid:tenant_id>/work-as", methods=["GET", "POST"])
@staff_only("reseller")
def work_as(tenant_id: UUID) -> ResponseReturnValue:
    """Work in a workspace as its people do, with a reason and for a time."""
    with transaction(_scope()) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
    return starting.serve(tenant, f"/reseller/tenants/{tenant_id}")


def _move(kind: str, tenant_id: UUID) -> ResponseReturnValue:
    with transaction(_scope()) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
    here = f"/reseller/tenants/{tenant_id}"
    return serve(Errand(kind, _scope(), tenant.name, here, [tenant.currency], tenant.reseller_id, tenant_id))


def _scope() -> Scope:
    """The reseller's own; somebody of no reseller sees nothing."""
    return reseller_scope(current_user.user.reseller_id or abort(403))
