"""The audit log of a workspace: looked through, verified, and taken along with its proof."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit.checkpoints import latest
from aerostic.audit.models import AuditEntry
from aerostic.audit.signing import public_keys
from aerostic.audit.verifying import verify_chain
from aerostic.db import tenant_scope, transaction
from aerostic.identity.keys import list_keys
from aerostic.identity.team import team
from aerostic.tenancy.current import current_tenant
from aerostic.web.audit import taking
from aerostic.web.audit.entries import shown
from aerostic.web.audit.result import tell
from aerostic.web.audit.table import audit_table
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import TableState, fetch

views = Blueprint("audit_log", __name__)
MOST_PEOPLE = 200


@views.get("/audit")
@allowed("audit.view")
def index() -> ResponseReturnValue:
    """The entries, and up to which one they are signed."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        state = TableState.read(audit_table(_people(session)), request.args)
        page = fetch(session, state, select(AuditEntry).where(AuditEntry.tenant_id == tenant_id))
        rows, signed = shown(session, page.rows), latest(session, tenant_id)
    return render("app/audit/index.html", state=state, page=page, shown=rows, signed=signed, keys=public_keys())


@views.post("/audit/verify")
@allowed("audit.view")
def verify() -> ResponseReturnValue:
    """Verify the whole log now."""
    tell(verify_chain(tenant_scope(current_tenant()), current_tenant()))
    return redirect("/audit", 303)


@views.post("/audit/download")
@allowed("audit.view")
def download() -> ResponseReturnValue:
    """The whole log with its proof, signed as of now; that it was taken is in it."""
    tenant = current_workspace()
    return taking.whole_log(tenant_scope(tenant.id), tenant.id, tenant.slug)


@views.get("/audit/verifier.py")
@allowed("audit.view")
def verifier() -> ResponseReturnValue:
    """The program that verifies a download, on any computer."""
    return taking.verifier()


def _people(session: Session) -> list[tuple[str, str]]:
    found = session.execute(team(current_tenant()).limit(MOST_PEOPLE))
    keys = list_keys(session, current_tenant())
    people = sorted((user.name, f"user:{user.id}") for _member, user in found)
    return [(party, name) for name, party in people] + [
        (f"key:{key.id}", _("API key %(name)s", name=key.name)) for key in keys
    ]
