"""The audit logs in the console: the platform's own, and that of each workspace."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from aerostic.audit.checkpoints import latest
from aerostic.audit.models import AuditEntry, AuditHead
from aerostic.audit.signing import public_keys
from aerostic.audit.verifying import verify_all
from aerostic.db import platform_scope, transaction
from aerostic.identity.models import User
from aerostic.tenancy.models import Tenant
from aerostic.web.audit import taking
from aerostic.web.audit.entries import shown
from aerostic.web.audit.result import tell
from aerostic.web.audit.table import audit_table
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import Filter, TableSpec, TableState, fetch

views = Blueprint("platform_audit", __name__)
CONSOLE = platform_scope("platform console")
MOST_NAMES = 200


@views.get("/audit-log")
@staff_only("platform")
def index() -> ResponseReturnValue:
    """The platform's log, or that of the workspace that is chosen."""
    with transaction(CONSOLE) as session:
        state = TableState.read(_table(session), request.args)
        chosen = _chain(state.filters.get("chain", ""))
        page = fetch(session, state, select(AuditEntry).where(_of(chosen)))
        rows, signed = shown(session, page.rows), latest(session, chosen)
    return render("platform/audit.html", state=state, page=page, shown=rows, signed=signed, keys=public_keys())


@views.post("/audit-log/verify")
@staff_only("platform")
def verify() -> ResponseReturnValue:
    """Verify all logs there are."""
    tell(verify_all(CONSOLE))
    return redirect("/audit-log", 303)


@views.post("/audit-log/download")
@staff_only("platform")
def download() -> ResponseReturnValue:
    """A whole log with its proof, signed as of now; that it was taken is in it."""
    chosen = _chain(request.form.get("chain", ""))
    return taking.whole_log(CONSOLE, chosen, str(chosen or "platform"))


@views.get("/audit-log/verifier.py")
@staff_only("platform")
def verifier() -> ResponseReturnValue:
    """The program that verifies a download, on any computer."""
    return taking.verifier()


def _table(session: Session) -> TableSpec:
    logged = exists().where(AuditHead.tenant_id == Tenant.id)
    names = session.execute(select(Tenant.id, Tenant.name).where(logged).order_by(Tenant.name).limit(MOST_NAMES))
    staff = select(User.id, User.name).where(User.staff == "platform").order_by(User.name).limit(MOST_NAMES)
    people = [(f"user:{row.id}", row.name) for row in session.execute(staff)]
    chains = Filter("chain", _("Workspace"), _of_filter, [(str(row.id), row.name) for row in names])
    return audit_table(people, [chains])


def _of_filter(value: str) -> ColumnElement[bool] | None:
    chosen = _chain(value)
    return _of(chosen) if chosen else None


def _of(chosen: UUID | None) -> ColumnElement[bool]:
    return AuditEntry.tenant_id == chosen


def _chain(value: str) -> UUID | None:
    """The chain that is asked for; the platform's where that is none."""
    try:
        return UUID(value)
    except ValueError:
        return None
