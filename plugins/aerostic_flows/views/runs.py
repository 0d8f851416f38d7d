"""The list of runs, and what is done with many of them."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import Contact, TableState, allowed, current_tenant, fetch, render, tenant_scope, transaction
from aerostic.sdk.automation import Flow, FlowRun

from ..tables import runs_table
from .base import blueprint

SHOWN = (
    FlowRun.id,
    FlowRun.flow_id,
    FlowRun.contact_id,
    FlowRun.state,
    FlowRun.reason,
    FlowRun.awaits,
    FlowRun.wake_at,
    FlowRun.steps,
    FlowRun.started_at,
    FlowRun.ended_at,
)


@blueprint.get("/runs")
@allowed("flows.view")
def index_runs() -> ResponseReturnValue:
    """Runs of all flows, or of one."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        state = TableState.read(runs_table(session, tenant_id, _contact(session)), request.args)
        page = fetch(session, state, select(*SHOWN).where(FlowRun.tenant_id == tenant_id))
        flow_ids, contact_ids = ({getattr(row, name) for row in page.rows} for name in ("flow_id", "contact_id"))
        of_page = select(Flow.id, Flow.name).where(Flow.id.in_(flow_ids))
        names = {row.id: row.name for row in session.execute(of_page)}
        people = select(Contact.id, Contact.name).where(Contact.id.in_(contact_ids - {None}))
        contacts = {row.id: row.name for row in session.execute(people)}
    return render("flows/runs.html", state=state, page=page, names=names, contacts=contacts)


def _contact(session: Session) -> Contact | None:
    """The contact to whom an address narrows the runs."""
    try:
        return session.get(Contact, UUID(request.args.get("contact", "")))
    except ValueError:
        return None
