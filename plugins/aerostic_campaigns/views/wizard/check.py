"""Fourth step: what the campaign will do and cost, who gets nothing and why, what keeps it from starting; and a test."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import select

from aerostic.sdk import (
    Contact,
    Form,
    InsufficientFundsError,
    NoPriceError,
    allowed,
    current_tenant,
    render,
    tenant_scope,
    toast,
    transaction,
)

from ... import words
from ...checking import Checked, checked
from ...models import Campaign
from ...preflight import Report
from ...trial import send_test
from ...verdicts import PROBLEMS, VERDICTS, CampaignError
from ..base import blueprint, found
from ..durations import duration
from .steps import complete, go, page

# Where a problem is solved: a step, or a page.
PLACES = {
    "template_not_approved": "message",
    "template_elsewhere": "message",
    "category_changed": "message",
    "unmapped_variable": "message",
    "nobody": "audience",
    "currencies": "audience",
    "number_not_connected": "/numbers",
    "account_blocked": "/numbers",
    "balance": "/wallet",
}


class Trial(BaseModel):
    """Whom a test is sent to."""

    phone: Annotated[str, Field(min_length=1, max_length=40)]


def view(campaign: Campaign) -> ResponseReturnValue:
    """The step; posting to it sends a test."""
    if not complete(campaign):
        return go(campaign, "message")
    form = Form(Trial, request.form if request.method == "POST" else None)
    if form.valid:
        try:
            send_test(current_tenant(), campaign.id, form.value.phone)
        except (CampaignError, NoPriceError, InsufficientFundsError) as error:
            form.fail("phone", _(str(error)))
        else:
            toast(_("The test is on its way."))
            return go(campaign, "check")
    state = _checked(campaign.id, anew="again" in request.args)
    return page("check", campaign, form=form, **shown(campaign, state)), form.status


@blueprint.get("/<uuid:campaign_id>/edit/check/report")
@allowed("campaigns.edit")
def report(campaign_id: UUID) -> ResponseReturnValue:
    """The report, or how far it is."""
    with transaction(tenant_scope(current_tenant())) as session:
        campaign = found(session, campaign_id)
    return render("campaigns/wizard/report.html", campaign=campaign, **shown(campaign, _checked(campaign_id)))


def shown(campaign: Campaign, state: Checked) -> dict[str, Any]:
    """What a report is drawn with."""
    done = state.report
    return {
        "state": state,
        "report": done,
        "verdicts": VERDICTS,
        "titles": words.VERDICTS,
        "problems": [(PROBLEMS[code], PLACES[code]) for code in (done.problems if done else ())],
        "people": _people(done) if done else {},
        "duration": duration(timedelta(seconds=done.seconds) if done else None),
    }


def _checked(campaign_id: UUID, anew: bool = False) -> Checked:
    try:
        return checked(current_tenant(), campaign_id, anew)
    except CampaignError as error:
        return Checked(0, 0, error=str(error))


def _people(done: Report) -> Mapping[UUID, str]:
    ids = {sample.contact_id for samples in done.samples.values() for sample in samples}
    with transaction(tenant_scope(current_tenant())) as session:
        rows = session.execute(select(Contact.id, Contact.name).where(Contact.id.in_(ids)))
        return dict(rows.all())
