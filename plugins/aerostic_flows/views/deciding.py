"""What people decide about runs: that they go on, or are given up; one, or all that a list shows."""

from typing import Literal
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from aerostic.sdk import allowed, current_tenant, number, tenant_scope, toast, transaction
from aerostic.sdk.automation import RefusedError, Wanted, cancel, retry, retry_many

from .base import blueprint, found_run, to_run


@blueprint.post("/runs/<uuid:run_id>/retry")
@allowed("flows.run")
def retry_run(run_id: UUID) -> ResponseReturnValue:
    """Let it go on from where it failed."""
    said = request.form.get("was_done", "")
    with transaction(tenant_scope(current_tenant())) as session:
        found_run(session, run_id)
        try:
            retry(session, run_id, on=_on(), was_done=said == "1" if said else None)
        except RefusedError as error:
            toast(_(str(error)), "danger")
        else:
            toast(_("It goes on."))
    return to_run(run_id)


@blueprint.post("/runs/<uuid:run_id>/cancel")
@allowed("flows.run")
def cancel_run(run_id: UUID) -> ResponseReturnValue:
    """Give it up."""
    with transaction(tenant_scope(current_tenant())) as session:
        found_run(session, run_id)
        try:
            cancel(session, run_id)
        except RefusedError as error:
            toast(_(str(error)), "danger")
        else:
            toast(_("Cancelled. It goes no further."))
    return to_run(run_id)


@blueprint.post("/runs/retry")
@allowed("flows.run")
def retry_all() -> ResponseReturnValue:
    """Retry what waits for a decision, of one flow or for one reason where a list is narrowed to it."""
    flow, reason = request.form.get("flow", type=UUID), request.form.get("reason", "")
    many = retry_many(current_tenant(), Wanted(flow_id=flow, reason=reason), on=_on())
    refused = sum(many.refused.values())
    words = ngettext("One run goes on.", "%(count)s runs go on.", many.done, count=number(many.done))
    if refused:
        left = ngettext(
            "One has to be looked at singly.",
            "%(count)s have to be looked at singly.",
            refused,
            count=number(refused),
        )
        words = f"{words} {left}"
    toast(words, "warning" if refused else "success")
    return redirect(url_for("flows_app.index_runs", state="dead", flow=flow, reason=reason or None), 303)


def _on() -> Literal["old", "new"]:
    return "new" if request.form.get("on") == "new" else "old"
