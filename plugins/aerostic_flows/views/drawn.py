"""Versions on the canvas: two of them on one, and where the runs of one went."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from aerostic.sdk import allowed, current_tenant, render, tenant_scope, transaction, utcnow
from aerostic.sdk.automation import FlowVersion, versions

from ..builder import board
from ..heat import heat_of
from .base import asked_pair, blueprint, found, found_version
from .builder import island
from .path import drawn

Json = dict[str, Any]
# Days that the heat may be of; the first one is shown unasked.
DAYS = (30, 7, 1, 90)


@blueprint.get("/<uuid:flow_id>/compare")
@allowed("flows.view")
def compare_drawn(flow_id: UUID) -> ResponseReturnValue:
    """Two versions (`from`, `to`; 0 is the draft) on one canvas."""
    with transaction(tenant_scope(current_tenant())) as session:
        flow = found(session, flow_id)
        pair = asked_pair(session, flow)
        if not pair.there:
            abort(404)
        given = island(session, flow, "compare") | {
            **drawn(session, pair.documents[pair.after]),
            "before": drawn(session, pair.documents[pair.before]),
            "token": generate_csrf(),
            "revision": flow.revision,
            "from": pair.before,
            "to": pair.after,
            "versions": [one.number for one in pair.known],
            "here": url_for("flows_app.compare_drawn", flow_id=flow_id),
            "up": url_for("flows_app.list_versions", flow_id=flow_id),
        }
        return render("flows/builder.html", flow=flow, given=board.packed(given))


@blueprint.get("/<uuid:flow_id>/builder/published")
@allowed("flows.view")
def published_drawn(flow_id: UUID) -> ResponseReturnValue:
    """The version that runs take, to be compared with what is about to be published; 404 where there is none."""
    with transaction(tenant_scope(current_tenant())) as session:
        flow = found(session, flow_id)
        version = session.get(FlowVersion, flow.published_id) if flow.published_id else None
        return jsonify(drawn(session, version.document) | {"number": version.number} if version else abort(404))


@blueprint.get("/<uuid:flow_id>/heat")
@allowed("flows.view")
def show_heat(flow_id: UUID) -> ResponseReturnValue:
    """Where the runs of a version (`of`; the newest one unasked) went in the last `days`."""
    with transaction(tenant_scope(current_tenant())) as session:
        flow = found(session, flow_id)
        known = versions(session, flow_id)
        chosen = found_version(session, flow_id, request.args.get("of", known[0].number if known else 1, type=int))
        days = request.args.get("days", DAYS[0], type=int)
        days = days if days in DAYS else DAYS[0]
        counted = heat_of(session, chosen.id, utcnow() - timedelta(days=days), utcnow())
        given = island(session, flow, "heat") | {
            **drawn(session, chosen.document),
            "heat": {
                "runs": counted.runs,
                "more": counted.more,
                "nodes": counted.nodes,
                "ways": {f"{node}:{port}": count for (node, port), count in counted.ways.items()},
                "left": counted.left,
                "waiting": counted.waiting,
            },
            "of": chosen.number,
            "days": days,
            "offered": sorted(DAYS),
            "versions": [one.number for one in known],
            "here": url_for("flows_app.show_heat", flow_id=flow_id),
            "up": url_for("flows_app.show", flow_id=flow_id),
        }
        return render("flows/builder.html", flow=flow, given=board.packed(given))
