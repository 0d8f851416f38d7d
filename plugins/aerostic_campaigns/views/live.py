"""The page on which people watch a campaign, and the part of it that is fetched again when something has changed."""

from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from aerostic.sdk import (
    TableState,
    allowed,
    can,
    current_tenant,
    fetch,
    new_id,
    render,
    tenant_scope,
    transaction,
)

from .. import words
from ..lifecycle import reason_words
from ..recipients import lines, masked, messages_query, messages_table, outcome, skipped_query, skipped_table
from ..standing import Standing, standing
from ..verdicts import VERDICTS, CampaignError
from .base import blueprint, found
from .charts import course
from .durations import duration


@blueprint.get("/<uuid:campaign_id>")
@allowed("campaigns.view")
def show(campaign_id: UUID) -> ResponseReturnValue:
    """The whole page; a draft is shown where it can be changed."""
    now = _standing(campaign_id)
    if now.campaign.state == "draft" and can("campaigns.edit"):
        return redirect(url_for("campaigns_app.edit", campaign_id=campaign_id, step="audience"), 303)
    with transaction(tenant_scope(current_tenant())) as session:
        state = TableState.read(messages_table(session, now.campaign, now.results.failures), request.args)
        page = fetch(session, state, messages_query(now.campaign))
    return render(
        "campaigns/live.html", state=state, page=page, outcome=outcome, masked=masked, form_key=new_id(), **_shown(now)
    )


@blueprint.get("/<uuid:campaign_id>/progress")
@allowed("campaigns.view")
def progress(campaign_id: UUID) -> ResponseReturnValue:
    """Everything of the page that moves."""
    return render("campaigns/progress.html", **_shown(_standing(campaign_id)))


@blueprint.get("/<uuid:campaign_id>/skipped")
@allowed("campaigns.view")
def skipped(campaign_id: UUID) -> ResponseReturnValue:
    """Those of the audience who got no message, and why."""
    with transaction(tenant_scope(current_tenant())) as session:
        campaign = found(session, campaign_id)
        state = TableState.read(skipped_table(session, campaign), request.args)
        page = fetch(session, state, skipped_query(campaign))
    return render(
        "campaigns/skipped.html",
        campaign=campaign,
        state=state,
        page=page,
        verdicts=VERDICTS,
        titles=words.VERDICTS,
        masked=masked,
    )


@blueprint.get("/<uuid:campaign_id>/recipients.csv", endpoint="recipients_csv")
@blueprint.get("/<uuid:campaign_id>/skipped.csv", endpoint="skipped_csv")
@allowed("campaigns.view")
def export(campaign_id: UUID) -> ResponseReturnValue:
    """All rows of a table as a spreadsheet; phones in full for those who may export contacts."""
    with transaction(tenant_scope(current_tenant())) as session:
        found(session, campaign_id)
    without = request.endpoint == "campaigns_app.skipped_csv"
    phones = can("contacts.export")
    text = lines(current_tenant(), campaign_id, request.args, skipped=without, phones=phones)
    answer = Response(stream_with_context(text), mimetype="text/csv")
    name = "skipped" if without else "recipients"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{campaign_id}.csv"'
    return answer


def _standing(campaign_id: UUID) -> Standing:
    try:
        return standing(current_tenant(), campaign_id)
    except CampaignError:
        abort(404)


def _shown(now: Standing) -> dict[str, Any]:
    return {
        "now": now,
        "campaign": now.campaign,
        "results": now.results,
        "look": words.STATES[now.campaign.state],
        "outcomes": words.OUTCOMES,
        "charges": words.CHARGES,
        "verdicts": VERDICTS,
        "titles": words.VERDICTS,
        "why": reason_words(now.campaign.reason),
        "course": course(now.results),
        "remaining": duration(now.remaining),
        "at_pace": duration(now.at_pace),
    }
