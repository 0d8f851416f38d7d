"""What people do with a launched campaign."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from aerostic.sdk import allowed, current_tenant

from .. import editing, lifecycle
from .base import acted, blueprint


@blueprint.post("/<uuid:campaign_id>/pause")
@allowed("campaigns.launch")
def pause(campaign_id: UUID) -> ResponseReturnValue:
    """Stop for now."""
    return acted(
        campaign_id, lambda: lifecycle.pause(current_tenant(), campaign_id), _("Paused. What is left waits for you.")
    )


@blueprint.post("/<uuid:campaign_id>/resume")
@allowed("campaigns.launch")
def resume(campaign_id: UUID) -> ResponseReturnValue:
    """Go on."""
    return acted(campaign_id, lambda: lifecycle.resume(current_tenant(), campaign_id), _("It goes on."))


@blueprint.post("/<uuid:campaign_id>/cancel")
@allowed("campaigns.launch")
def cancel(campaign_id: UUID) -> ResponseReturnValue:
    """Give up what is left."""
    return acted(
        campaign_id,
        lambda: lifecycle.cancel(current_tenant(), campaign_id),
        _("Cancelled. Messages that will not be sent: %(count)s."),
    )


@blueprint.post("/<uuid:campaign_id>/retry")
@allowed("campaigns.launch")
def retry(campaign_id: UUID) -> ResponseReturnValue:
    """Send failed messages again."""
    everything = "everything" in request.form
    return acted(
        campaign_id,
        lambda: lifecycle.retry_failed(current_tenant(), campaign_id, everything),
        _("Messages that are sent again: %(count)s."),
    )


@blueprint.post("/<uuid:campaign_id>/unschedule")
@allowed("campaigns.launch")
def unschedule(campaign_id: UUID) -> ResponseReturnValue:
    """Make it a draft again."""
    return acted(
        campaign_id,
        lambda: editing.unschedule(current_tenant(), campaign_id),
        _("It is a draft again, and can be changed."),
    )
