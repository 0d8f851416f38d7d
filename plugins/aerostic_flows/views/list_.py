"""The list of flows."""

from flask import request
from flask.typing import ResponseReturnValue

from aerostic.sdk import TableState, allowed, current_tenant, fetch, render, tenant_scope, transaction
from aerostic.sdk.automation import kinds_of

from .. import flows
from ..picture import picture
from ..tables import flows_table
from .base import blueprint


@blueprint.get("/")
@allowed("flows.view")
def index() -> ResponseReturnValue:
    """All flows, with how their runs of the last days went."""
    state = TableState.read(flows_table(), request.args)
    with transaction(tenant_scope(current_tenant())) as session:
        page = fetch(session, state, flows.listed(current_tenant()))
        ids = [row.id for row in page.rows]
        lately, kinds = flows.lately(session, ids), kinds_of(session, current_tenant())
        pictures = {id_: picture(draft, kinds) for id_, draft in flows.drafts_of(session, ids).items()}
    told = {"lately": lately, "none": flows.Lately(), "state_of": flows.state_of, "pictures": pictures}
    return render("flows/list.html", state=state, page=page, **told)
