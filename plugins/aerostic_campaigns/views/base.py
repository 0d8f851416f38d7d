"""What the pages of campaigns share: their blueprint, finding a campaign, and answering to an act."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from aerostic.sdk import InsufficientFundsError, NoPriceError, number, toast

from ..context import get
from ..models import Campaign
from ..verdicts import CampaignError

blueprint = Blueprint("campaigns_app", __name__, template_folder="../templates")


def found(session: Session, campaign_id: UUID) -> Campaign:
    """The campaign of an address; 404 where there is none in this workspace."""
    try:
        return get(session, campaign_id)
    except CampaignError:
        abort(404)


def acted(campaign_id: UUID, act: Callable[[], Any], done: str) -> ResponseReturnValue:
    """Do something with a campaign and go to its page, where it says what was done, or why not.

    Args:
        done: what to say; `%(count)s` is what the act returned.
    """
    try:
        count = act()
    except (CampaignError, InsufficientFundsError, NoPriceError) as error:
        refused(error)
    else:
        toast(done % {"count": number(count or 0)})
    return redirect(url_for("campaigns_app.show", campaign_id=campaign_id), 303)


def refused(error: Exception) -> None:
    """Say on the next page why nothing was done; 404 for a campaign that is not in this workspace."""
    if isinstance(error, CampaignError) and error.code == "unknown":
        abort(404)
    toast(_(str(error)), "danger")
