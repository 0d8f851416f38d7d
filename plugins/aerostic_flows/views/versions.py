"""The versions of a flow, and what changed from one to another."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from aerostic.sdk import allowed, current_tenant, render, tenant_scope, toast, transaction
from aerostic.sdk import number as shown
from aerostic.sdk.automation import Document, StaleError, publishers, save

from .. import flows
from ..differing import differences
from .base import DRAFT, asked_pair, blueprint, found, found_version, to_flow
from .show import download


@blueprint.get("/<uuid:flow_id>/versions")
@allowed("flows.view")
def list_versions(flow_id: UUID) -> ResponseReturnValue:
    """All versions, the newest first; beside them what changed from one (`from`) to another (`to`; 0 is the draft)."""
    with transaction(tenant_scope(current_tenant())) as session:
        flow = found(session, flow_id)
        pair, lines = asked_pair(session, flow), []
        if pair.there:
            lines = differences(*(Document.of(pair.documents[one]) for one in (pair.before, pair.after)))
        runs = flows.runs_of_versions(session, flow_id)
        told = {
            "runs": runs,
            "more": sum(runs.values()) >= flows.MOST_COUNTED,
            "people": publishers(session, pair.known),
        }
        chosen = {"before": pair.before, "after": pair.after, "lines": lines, "draft": DRAFT}
        return render("flows/versions.html", flow=flow, versions=pair.known, **chosen, **told)


@blueprint.get("/<uuid:flow_id>/versions/<int:number>/export")
@allowed("flows.view", support=False)
def export_version(flow_id: UUID, number: int) -> ResponseReturnValue:
    """A version as a file that can be imported again."""
    with transaction(tenant_scope(current_tenant())) as session:
        text = Document.of(found_version(session, flow_id, number).document).text()
    return download(text, f"flow-{flow_id}-{number}.json")


@blueprint.post("/<uuid:flow_id>/versions/<int:number>/restore")
@allowed("flows.edit")
def restore(flow_id: UUID, number: int) -> ResponseReturnValue:
    """Make a version the draft again; it is not published by that."""
    with transaction(tenant_scope(current_tenant())) as session:
        document = Document.of(found_version(session, flow_id, number).document)
        try:
            save(session, flow_id, document, request.form.get("revision", 0, type=int))
        except StaleError as error:
            toast(_(str(error)), "danger")
        else:
            toast(_("The draft is as version %(number)s was. Publish it, and new runs take it.", number=shown(number)))
    return to_flow(flow_id)
