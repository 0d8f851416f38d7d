"""Third step: now, or at a local time of a named zone."""

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import available_timezones

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel

from aerostic.sdk import N_, Form, current_tenant, current_workspace, toast, utcnow

from ... import editing
from ...models import Campaign
from ...verdicts import CampaignError
from ...zones import clock_change, zone_named
from .steps import complete, go, page

MORNING = 9
CHANGES = {
    "skipped": N_("The clocks skip this time in that night: it starts as much later as they skip."),
    "twice": N_("The clocks show this time twice in that night: it starts the first time."),
}


class Start(BaseModel):
    """When it starts."""

    when: Literal["now", "later"] = "now"
    at: datetime | None = None
    zone: str = "UTC"


def view(campaign: Campaign) -> ResponseReturnValue:
    """The step."""
    if not complete(campaign):
        return go(campaign, "message")
    form = Form(Start, request.form if request.method == "POST" else None, initial=_initial(campaign))
    if form.valid and form.value.when == "later" and form.value.at is None:
        form.fail("at", _("Choose the day and the time, or let it start at once."))
    if form.valid:
        local = form.value.at if form.value.when == "later" else None
        try:
            editing.plan_start(current_tenant(), campaign.id, local, form.value.zone)
        except CampaignError as error:
            form.fail("zone" if error.code == "zone" else "at", _(str(error)))
        else:
            _warn(local, form.value.zone)
            return go(campaign, "check")
    return page("schedule", campaign, form=form, zones=_zones(), own=current_workspace().zone), form.status


def _warn(local: datetime | None, zone: str) -> None:
    """Say what a time means in a night in which the clocks are changed."""
    change = clock_change(local, zone) if local else ""
    if change:
        toast(_(CHANGES[change]), "warning")


def _zones() -> list[tuple[str, str]]:
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [(name, name.replace("_", " ")) for name in ("UTC", *places)]


def _initial(campaign: Campaign) -> dict[str, str]:
    zone = campaign.zone if campaign.scheduled_at else current_workspace().zone
    morning = utcnow().astimezone(zone_named(zone)).replace(hour=MORNING, minute=0) + timedelta(days=1)
    at = campaign.scheduled_at.astimezone(zone_named(zone)) if campaign.scheduled_at else morning
    return {"when": "later" if campaign.scheduled_at else "now", "at": f"{at:%Y-%m-%dT%H:%M}", "zone": zone}
