"""The path of a run, drawn on the version that it went along: as it was, as it goes on, and as it would be on another version."""

from typing import Any
from uuid import UUID

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from aerostic.sdk import allowed, current_tenant, render, tenant_scope, transaction
from aerostic.sdk.automation import (
    Document,
    FlowRun,
    FlowVersion,
    GoneError,
    KindError,
    NotReadyError,
    compare,
    kinds_of,
    replay,
    shown,
    steps_of,
    versions,
)

from ..builder import board, steps
from .acts import PLUGIN_OFF
from .base import DRAFT, blueprint, found, found_run, found_version, revealed
from .builder import island

Json = dict[str, Any]


@blueprint.get("/runs/<uuid:run_id>/path")
@allowed("flows.view")
def show_path(run_id: UUID) -> ResponseReturnValue:
    """The page."""
    with transaction(tenant_scope(current_tenant())) as session:
        run = found_run(session, run_id)
        flow, version = found(session, run.flow_id), session.get_one(FlowVersion, run.version_id)
        given = island(session, flow, "trace") | {
            **drawn(session, version.document),
            "run": _told(session, run),
            "own": version.number,
            "versions": [one.number for one in versions(session, flow.id)],
            "here": url_for("flows_app.show_path", run_id=run.id),
            "up": url_for("flows_app.show_run", run_id=run.id),
        }
        return render("flows/builder.html", flow=flow, given=board.packed(given), live=_topics(run))


@blueprint.get("/runs/<uuid:run_id>/path/now")
@allowed("flows.view")
def path_now(run_id: UUID) -> ResponseReturnValue:
    """How far the run is by now."""
    with transaction(tenant_scope(current_tenant())) as session:
        return jsonify(_told(session, found_run(session, run_id)))


@blueprint.get("/runs/<uuid:run_id>/path/replay")
@allowed("flows.run")
def replay_path(run_id: UUID) -> ResponseReturnValue:
    """What the run would do on a version (`on`; 0 is the draft), beside what it did. Nothing is sent, changed or paid."""
    on = request.args.get("on", DRAFT, type=int)
    with transaction(tenant_scope(current_tenant())) as session:
        run = found_run(session, run_id)
        flow = found(session, run.flow_id)
        version = found_version(session, flow.id, on) if on != DRAFT else None
        document = Document.of(version.document if version else flow.draft)
        whole = revealed(session, run)
        answer = drawn(session, document.kept())
    chosen: Json = {"version_id": version.id} if version else {"document": document}
    try:
        made = replay(current_tenant(), run_id, **chosen)
    except (GoneError, NotReadyError, KindError) as error:
        return jsonify(answer | {"trouble": _(PLUGIN_OFF if isinstance(error, KindError) else str(error))})
    left, right = shown(made.recorded, revealed=whole), shown(made.steps, revealed=whole)
    pairs = compare(left, right).pairs
    return jsonify(
        answer
        | {
            "trouble": "",
            "steps": steps.told(right),
            "assumed": sorted(made.assumed),
            "pairs": [
                {"kind": one.kind, "left": one.left.seq if one.left else 0, "right": one.right.seq if one.right else 0}
                for one in pairs
            ],
        }
    )


def drawn(session: Session, kept: Json) -> Json:
    """A document that is only looked at."""
    document = Document.of(kept)
    kinds = kinds_of(session, current_tenant())
    return {"document": document.kept(), "ports": board.ways_out(document, kinds), "problems": []}


def _told(session: Session, run: FlowRun) -> Json:
    lines = shown(steps_of(session, run), revealed=revealed(session, run))
    return {**steps.standing(run), "steps": steps.told(lines)}


def _topics(run: FlowRun) -> str:
    """What tells that a run that goes on may have gone on: news of whom it is about."""
    if run.ended_at is not None:
        return ""
    about = (("conversation", run.conversation_id), ("contact", run.contact_id))
    return " ".join(f"{kind}:{id_}" for kind, id_ in about if id_)
