"""A replay of a run on a version: what it would do now, beside what it did."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from aerostic.sdk import allowed, current_tenant, render, tenant_scope, transaction
from aerostic.sdk.automation import (
    Document,
    FlowVersion,
    GoneError,
    KindError,
    NotReadyError,
    compare,
    kinds_of,
    replay,
    shown,
    versions,
)

from ..running import named
from .acts import PLUGIN_OFF
from .base import DRAFT, blueprint, found, found_run, revealed


@blueprint.get("/runs/<uuid:run_id>/replay")
@allowed("flows.run")
def replay_run(run_id: UUID) -> ResponseReturnValue:
    """Both paths side by side. Nothing is sent, changed or paid: `on` is a version's number, 0 the draft; `from` a step."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        run = found_run(session, run_id)
        flow, known = found(session, run.flow_id), versions(session, run.flow_id)
        own = session.get_one(FlowVersion, run.version_id)
        on = request.args.get("on", own.number, type=int)
        chosen = next((one for one in known if one.number == on), own)
        whole = revealed(session, run)
        kinds = kinds_of(session, tenant_id)
    document = Document.of(flow.draft if on == DRAFT else chosen.document)
    first = max(request.args.get("from", 1, type=int), 1)
    given: dict[str, Any] = {"document": document} if on == DRAFT else {"version_id": chosen.id}
    page = {"run": run, "flow": flow, "versions": known, "own": own, "on": on, "first": first, "draft": DRAFT}
    try:
        made = replay(tenant_id, run_id, from_step=first, **given)
    except (GoneError, NotReadyError, KindError) as error:
        trouble = PLUGIN_OFF if isinstance(error, KindError) else str(error)
        return render("flows/replay.html", trouble=_(trouble), **page)
    compared = compare(shown(made.recorded, revealed=whole), shown(made.steps, revealed=whole))
    sides = [
        [named([one], found_in, kinds)[0] if one else None for one in steps]
        for found_in, steps in (
            (Document.of(own.document), [pair.left for pair in compared.pairs]),
            (document, [pair.right for pair in compared.pairs]),
        )
    ]
    rows = list(zip(compared.pairs, *sides, strict=True))
    return render("flows/replay.html", trouble="", made=made, compared=compared, rows=rows, **page)
