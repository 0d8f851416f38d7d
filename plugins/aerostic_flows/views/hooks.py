"""The secrets of a flow's webhooks: shown, and changed."""

from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from aerostic.sdk import Form, allowed, clock, current_tenant, tenant_scope, toast, transaction
from aerostic.sdk.automation import FlowHook, old_secret_until, reveal_secret, rotate_secret

from ..hooked import since
from .base import blueprint, to_flow
from .show import TryForm, page


@blueprint.post("/hooks/<uuid:hook_id>/reveal")
@allowed("flows.edit")
def reveal(hook_id: UUID) -> ResponseReturnValue:
    """The page of the flow, this once with the secret; it is noted who has seen it."""
    with transaction(tenant_scope(current_tenant())) as session:
        hook = session.get(FlowHook, hook_id) or abort(404)
        flow_id, secret = hook.flow_id, reveal_secret(session, hook)
    return page(flow_id, Form(TryForm), {hook_id: secret})


@blueprint.post("/hooks/<uuid:hook_id>/rotate")
@allowed("flows.edit")
def rotate(hook_id: UUID) -> ResponseReturnValue:
    """A new secret, once for each page that asks: a second click would end the one that callers still have."""
    with transaction(tenant_scope(current_tenant())) as session:
        hook = session.get(FlowHook, hook_id, with_for_update=True) or abort(404)
        if request.form.get("since", "") == since(old_secret_until(hook)):
            rotate_secret(session, hook)
        flow_id, until = hook.flow_id, old_secret_until(hook)
    if until:
        toast(_("The old secret is good until %(moment)s.", moment=clock(until)))
    return to_flow(flow_id)
