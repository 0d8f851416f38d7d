"""Last step: everything once more, and the launch."""

from typing import Annotated
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from aerostic.sdk import Form, allowed, current_tenant, tenant_scope, transaction

from ... import editing
from ...checking import Checked, checked
from ...choosing import sample
from ...context import Context, load
from ...filling import body
from ...jobs import launch_soon
from ...models import Campaign
from ...preflight import Report
from ...verdicts import CampaignError
from ...zones import zone_named
from ..base import blueprint, found
from .check import shown
from .steps import complete, go, page

MANY = 1_000


class Launch(BaseModel):
    """Nothing has to be said to launch a campaign for a few."""


class LaunchForMany(Launch):
    """For many recipients their number has to be typed."""

    confirmed: Annotated[str, Field(max_length=20)]


def view(campaign: Campaign) -> ResponseReturnValue:
    """The step."""
    if not complete(campaign):
        return go(campaign, "message")
    state = checked(current_tenant(), campaign.id)
    if state.report is None or state.report.problems:
        return go(campaign, "check")
    return _page(campaign, state, Form(_model(state.report)))


@blueprint.post("/<uuid:campaign_id>/launch")
@allowed("campaigns.launch")
def launch(campaign_id: UUID) -> ResponseReturnValue:
    """Launch it, or have it start when it is due. Sent twice, it does so once."""
    with transaction(tenant_scope(current_tenant())) as session:
        campaign = found(session, campaign_id)
    if campaign.state == "draft":
        state = checked(current_tenant(), campaign_id) if complete(campaign) else Checked(0, 0)
        if state.report is None or state.report.problems:
            return go(campaign, "check")
        form = Form(_model(state.report), request.form)
        if (
            form.valid
            and isinstance(form.value, LaunchForMany)
            and _number(form.value.confirmed) != state.report.sendable
        ):
            form.fail("confirmed", _("Type the number of recipients as it is shown here."))
        if form.valid:
            _start(campaign, form)
        if not form.valid:
            return _page(campaign, state, form)
    return redirect(url_for("campaigns_app.show", campaign_id=campaign_id), 303)


def _model(report: Report) -> type[Launch]:
    return LaunchForMany if report.sendable > MANY else Launch


def _number(text: str) -> int:
    """A number as a person writes it, with whatever stands between its groups."""
    return int("".join(character for character in text if character.isdecimal()) or 0)


def _start(campaign: Campaign, form: Form[Launch]) -> None:
    try:
        if campaign.scheduled_at is None:
            launch_soon(current_tenant(), campaign.id)
        else:
            local = campaign.scheduled_at.astimezone(zone_named(campaign.zone)).replace(tzinfo=None)
            editing.schedule(current_tenant(), campaign.id, local, campaign.zone)
    except CampaignError as error:
        # Somebody else, or a second click, was faster: there is nothing left to do.
        if error.code != "state":
            form.fail("", _(str(error)))


def _page(campaign: Campaign, state: Checked, form: Form[Launch]) -> ResponseReturnValue:
    with transaction(tenant_scope(current_tenant())) as session:
        context = load(session, campaign)
        rows = sample(session, current_tenant(), context.audience)
    return page(
        "review",
        campaign,
        form=form,
        context=context,
        body=body(
            context.template, context.channel.variables(context.data), campaign.variables, next(iter(rows), None)
        ),
        local=_local(context),
        **shown(campaign, state),
    ), form.status


def _local(context: Context) -> str:
    """When it starts, on the clocks of the zone that was chosen."""
    campaign = context.campaign
    if campaign.scheduled_at is None:
        return ""
    return f"{campaign.scheduled_at.astimezone(zone_named(campaign.zone)):%Y-%m-%d %H:%M}"
