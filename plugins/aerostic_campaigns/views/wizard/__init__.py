"""Making a campaign in five steps. Each is saved on its own, so that a draft can be left and taken up again."""

from uuid import UUID

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from aerostic.sdk import allowed, current_tenant, tenant_scope, transaction

from ..base import blueprint, found
from . import audience, check, message, review, schedule

VIEWS = {
    "audience": audience.view,
    "message": message.view,
    "schedule": schedule.view,
    "check": check.view,
    "review": review.view,
}


@blueprint.route("/<uuid:campaign_id>/edit/<step>", methods=["GET", "POST"])
@allowed("campaigns.edit")
def edit(campaign_id: UUID, step: str) -> ResponseReturnValue:
    """One step of a draft. A campaign that is no draft is shown as it is."""
    if step not in VIEWS:
        abort(404)
    with transaction(tenant_scope(current_tenant())) as session:
        campaign = found(session, campaign_id)
    if campaign.state != "draft":
        return redirect(url_for("campaigns_app.show", campaign_id=campaign_id), 303)
    return VIEWS[step](campaign)
