"""Workspaces: all of them, and one with what the platform may do about it."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record, record_sealed
from aerostic.db import platform_scope, transaction
from aerostic.identity import second_steps
from aerostic.identity.people import find_user
from aerostic.tenancy.brands.finding import brand_of_reseller
from aerostic.tenancy.models import Member, Reseller, Tenant
from aerostic.web.consoles.credits.giving import Errand, serve
from aerostic.web.consoles.facts import facts
from aerostic.web.consoles.table import STATES, tenant_table
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import TableState, fetch
from aerostic.web.people import mailing
from aerostic.web.people.fields import Email
from aerostic.web.people.resetting import Why, reset
from aerostic.web.support import starting

views = Blueprint("platform_tenants", __name__)
CONSOLE = platform_scope("platform console")


class Lost(Why):
    """Whose second step is taken away, and why."""

    email: Email


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
    """One workspace. That somebody looked stands in its own audit log."""
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
        record(session, Act(tenant.id, "tenant.viewed", f"tenant:{tenant.id}"))
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
        if tenant.erased_at is None:
            verb = "suspended" if wanted == "suspended" else "resumed"
            record_sealed(session, Act(tenant.id, f"tenant.{verb}", f"tenant:{tenant.id}"))
            tenant.status = wanted
            tenant.version += 1
    if tenant.erased_at is not None:
        toast(_("The data of this workspace was erased: it cannot work again."))
        return redirect(f"/tenants/{tenant_id}", 303)
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


@views.route("/tenants/<uuid:tenant_id>/second-step", methods=["GET", "POST"])
@staff_only("platform")
def reset_step(tenant_id: UUID) -> ResponseReturnValue:
    """Take the second step of one of its people away."""
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
    form = Form(Lost, request.form if request.method == "POST" else None)
    if form.valid and _reset(tenant, form):
        mailing.wake()
        toast(_("Done. They sign in with the password alone now, and have been told."))
        return redirect(f"/tenants/{tenant_id}", 303)
    return render("platform/second_step.html", form=form, tenant=tenant), form.status


def _reset(tenant: Tenant, form: Form[Lost]) -> bool:
    with transaction(second_steps.SCOPE) as session:
        user = find_user(session, form.value.email)
        own = Member.tenant_id == tenant.id, Member.user_id == (user.id if user else None)
        if user is None or user.staff or session.scalar(select(Member.id).where(*own)) is None:
            form.fail("email", _("Nobody with this address works in this workspace. Check it."))
            return False
        if not second_steps.has_second_step(session, user.id):
            form.fail("email", _("This person has no second step."))
            return False
        reset(session, user, brand_of_reseller(tenant.reseller_id), form.value.reason)
        return True


def _reseller_options(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(Reseller.id, Reseller.name).order_by(Reseller.name).limit(200))
    return [(str(row.id), row.name) for row in rows]
