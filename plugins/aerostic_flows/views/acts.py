"""What people do with a flow: publish, pause, try, delete."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from aerostic.sdk import (
    N_,
    Form,
    allowed,
    current_tenant,
    number,
    tenant_scope,
    toast,
    transaction,
)
from aerostic.sdk.automation import (
    GoingError,
    KindError,
    NotPublishedError,
    NotReadyError,
    pause,
    publish,
    remove,
    start,
)

from ..whom import WhomError, whom
from .base import blueprint, found, to_flow, to_run
from .show import TryForm, page

PLUGIN_OFF = N_("A plugin that this flow needs is switched off. Switch it on, or replace its nodes.")


@blueprint.post("/<uuid:flow_id>/publish")
@allowed("flows.edit")
def publish_draft(flow_id: UUID) -> ResponseReturnValue:
    """Make the draft what new runs take."""
    note = request.form.get("note", "").strip()
    with transaction(tenant_scope(current_tenant())) as session:
        found(session, flow_id)
        try:
            version = publish(session, flow_id, user_id=current_user.user.id, note=note)
        except NotReadyError as error:
            toast(_(str(error)), "danger")
        else:
            toast(_("Version %(number)s is published: new runs take it.", number=number(version.number)))
    return to_flow(flow_id)


@blueprint.post("/<uuid:flow_id>/pause")
@allowed("flows.edit")
def pause_flow(flow_id: UUID) -> ResponseReturnValue:
    """Let nothing start it."""
    with transaction(tenant_scope(current_tenant())) as session:
        found(session, flow_id)
        pause(session, flow_id)
    toast(_("Paused: nothing starts this flow until it is published again. Runs that go on do."))
    return to_flow(flow_id)


@blueprint.post("/<uuid:flow_id>/delete")
@allowed("flows.edit")
def delete(flow_id: UUID) -> ResponseReturnValue:
    """Remove it with all that its runs have left."""
    with transaction(tenant_scope(current_tenant())) as session:
        found(session, flow_id)
        try:
            remove(session, flow_id)
        except GoingError as error:
            toast(_(str(error)), "danger")
            return to_flow(flow_id)
    toast(_("The flow is deleted."))
    return redirect(url_for("flows_app.index"), 303)


@blueprint.post("/<uuid:flow_id>/try")
@allowed("flows.run")
def try_now(flow_id: UUID) -> ResponseReturnValue:
    """Start the published version by hand, and show the run."""
    form = Form(TryForm, request.form)
    with transaction(tenant_scope(current_tenant())) as session:
        found(session, flow_id)
        try:
            run_id = _start(session, flow_id, form) if form.valid else None
        except (NotPublishedError, KindError) as error:
            form.fail("", _(str(error) if isinstance(error, NotPublishedError) else PLUGIN_OFF))
            run_id = None
    return to_run(run_id) if run_id else page(flow_id, form)


def _start(session: Session, flow_id: UUID, form: Form[TryForm]) -> UUID | None:
    """The run of a test; None where it is not clear whom it is to be about, which the form says."""
    contact_id = None
    if form.value.contact:
        try:
            contact_id = whom(session, form.value.contact)
        except WhomError as error:
            form.fail("contact", _(str(error)))
            return None
    return start(session, flow_id, contact_id=contact_id, values={}, text=form.value.text).id
