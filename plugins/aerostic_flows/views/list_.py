"""The list of flows."""

from flask import request
from flask.typing import ResponseReturnValue

from aerostic.sdk import TableState, allowed, current_tenant, fetch, render, tenant_scope, transaction

from .. import flows
from ..tables import flows_table
from .base import blueprint


@blueprint.get("/")
@allowed("flows.view")
def index() -> ResponseReturnValue:
    """All flows, with how their runs of the last days went."""
    state = TableState.read(flows_table(), request.args)
    with transaction(tenant_scope(current_tenant())) as session:
        page = fetch(session, state, flows.listed(current_tenant()))
        lately = flows.lately(session, [row.id for row in page.rows])
    return render(
        "flows/list.html", state=state, page=page, lately=lately, none=flows.Lately(), state_of=flows.state_of
    )
