"""The frame of the steps: which there are, which come next, and what each page is shown with."""

from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from aerostic.sdk import N_, render

from ...lifecycle import reason_words
from ...models import Campaign

STEPS = {
    "audience": N_("Audience"),
    "message": N_("Message"),
    "schedule": N_("Time"),
    "check": N_("Check"),
    "review": N_("Launch"),
}


def page(step: str, campaign: Campaign | None, template: str = "", **context: Any) -> str:
    """A step's page.

    Args:
        campaign: None where it does not exist yet.
        template: where it is not named like the step.
    """
    name = f"campaigns/wizard/{template or step}.html"
    why = reason_words(campaign.reason) if campaign else ""
    return render(name, steps=STEPS, step=step, campaign=campaign, reached=_reached(campaign), why=why, **context)


def go(campaign: Campaign, step: str, **arguments: Any) -> Response:
    """On to a step."""
    return redirect(url_for("campaigns_app.edit", campaign_id=campaign.id, step=step, **arguments), 303)


def complete(campaign: Campaign) -> bool:
    """Whether there is something to check and to launch."""
    return campaign.template_id is not None and campaign.number_id is not None


def _reached(campaign: Campaign | None) -> list[str]:
    """The steps that can be gone to."""
    if campaign is None:
        return []
    return list(STEPS) if complete(campaign) else ["audience", "message"]
