"""A run's page: each step with what it was given and what it gave, what the run waits for, what can be done about it."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from aerostic.sdk import Contact, allowed, current_tenant, render, tenant_scope, transaction
from aerostic.sdk.automation import DEAD, OPEN, Document, FlowVersion, kinds_of, shown, steps_of, undecided

from ..running import called_by, named, parent_of
from .base import blueprint, found, found_run, revealed

# Steps on one page.
PER_PAGE = 100


@blueprint.get("/runs/<uuid:run_id>")
@allowed("flows.view")
def show_run(run_id: UUID) -> ResponseReturnValue:
    """The whole page; `from` is the step that it begins with."""
    tenant_id = current_tenant()
    first = max(request.args.get("from", 1, type=int), 1)
    with transaction(tenant_scope(tenant_id)) as session:
        run = found_run(session, run_id)
        version = session.get_one(FlowVersion, run.version_id)
        contact = session.get(Contact, run.contact_id) if run.contact_id else None
        steps = steps_of(session, run)
        part = shown(steps[first - 1 : first - 1 + PER_PAGE], revealed=revealed(session, run))
        flow = found(session, run.flow_id)
        unsure = undecided(session, run)
        return render(
            "flows/run.html",
            run=run,
            flow=flow,
            version=version,
            contact=contact,
            steps=named(part, Document.of(version.document), kinds_of(session, tenant_id)),
            total=len(steps),
            first=first,
            per_page=PER_PAGE,
            parent=parent_of(session, run),
            called=called_by(session, run),
            going=run.state in OPEN,
            dead=run.state in DEAD,
            unsure=unsure,
            newer=session.get(FlowVersion, flow.published_id) if flow.published_id not in (None, version.id) else None,
        )
