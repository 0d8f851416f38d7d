"""The list of campaigns, copies, and the end of drafts."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from aerostic.sdk import (
    Column,
    Filter,
    TableSpec,
    TableState,
    Template,
    allowed,
    current_tenant,
    fetch,
    render,
    tenant_scope,
    toast,
    transaction,
)

from ..copying import delete_draft, duplicate
from ..models import Campaign
from ..results import latest
from ..verdicts import CampaignError
from ..words import STATES
from .base import blueprint, found, refused


@blueprint.get("/")
@allowed("campaigns.view")
def index() -> ResponseReturnValue:
    """All campaigns, the newest first, each with its progress as it was counted last."""
    state = TableState.read(_table(), request.args)
    with transaction(tenant_scope(current_tenant())) as session:
        page = fetch(session, state, select(Campaign).where(Campaign.tenant_id == current_tenant()))
        results = latest(session, [row.id for row in page.rows])
        ids = {row.template_id for row in page.rows if row.template_id}
        templates = {t.id: t for t in session.scalars(select(Template).where(Template.id.in_(ids)))}
    return render("campaigns/list.html", state=state, page=page, results=results, templates=templates, looks=STATES)


@blueprint.post("/<uuid:campaign_id>/duplicate")
@allowed("campaigns.edit")
def copy(campaign_id: UUID) -> ResponseReturnValue:
    """Another draft like this one."""
    with transaction(tenant_scope(current_tenant())) as session:
        name = found(session, campaign_id).name
    copied = duplicate(current_tenant(), campaign_id, _("%(name)s (copy)", name=name), request.form.get("form_key", ""))
    return redirect(url_for("campaigns_app.edit", campaign_id=copied, step="audience"), 303)


@blueprint.post("/<uuid:campaign_id>/delete")
@allowed("campaigns.edit")
def delete(campaign_id: UUID) -> ResponseReturnValue:
    """Remove a draft."""
    try:
        delete_draft(current_tenant(), campaign_id)
    except CampaignError as error:
        refused(error)
    else:
        toast(_("The draft is deleted."))
    return redirect(url_for("campaigns_app.index"), 303)


def _table() -> TableSpec:
    columns = [
        Column("name", _("Campaign"), Campaign.name),
        Column("state", _("State")),
        Column("progress", _("Progress")),
        Column("delivered", _("Delivered"), numeric=True, extra=True),
        Column("read", _("Read"), numeric=True, extra=True),
        Column("failed", _("Failed"), numeric=True, extra=True),
        Column("cost", _("Cost"), numeric=True, extra=True),
        Column("created", _("Made"), Campaign.created_at, extra=True),
    ]
    states = [(name, _(look.text)) for name, look in STATES.items()]
    state = Filter("state", _("State"), lambda v: Campaign.state == v if v in STATES else None, states)
    return TableSpec(
        "campaigns",
        Campaign.id,
        columns,
        [state],
        search=lambda words: Campaign.name.icontains(words, autoescape=True),
        placeholder=_("Name of a campaign"),
    )
