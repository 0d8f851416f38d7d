"""Campaigns over the API: listed, made, tried, launched and steered."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Response
from flask_babel import gettext as _
from pydantic import Field, NaiveDatetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import AudienceSpec, ChannelNumber, Template, api, current_tenant, tenant_scope, transaction

from . import editing, lifecycle
from .context import get
from .editing import Details
from .jobs import launch_soon
from .models import Campaign
from .preflight import preflight
from .results import Results, current
from .variables import Kind
from .verdicts import CampaignError

blueprint = api.Blueprint("campaigns_api", __name__, tag="Campaigns")
State = Literal["draft", "scheduled", "launching", "running", "paused", "finished", "cancelled", "stopped"]
Text = Annotated[str, Field(max_length=1024)]


class Listing(api.Paging):
    """Which campaigns."""

    state: State | None = None


class PlaceIn(api.Data):
    """What fills a place of the template: the contact's name, a field named in `value`, or `value` itself."""

    source: Kind
    value: Text = ""
    fallback: Text = ""


class CampaignIn(api.Data):
    """A campaign. Number and template are needed for its launch; `variables` goes by place, such as `body.0`."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    number_id: UUID | None = None
    template_id: UUID | None = None
    audience: AudienceSpec = AudienceSpec()
    variables: Annotated[dict[str, PlaceIn], Field(max_length=100)] = {}
    unknown_policy: Annotated[
        Literal["leave", "retry"], Field(description="What becomes of messages whose fate stays unknown.")
    ] = "leave"


class CampaignOut(api.Data):
    """A campaign. `recipients` and `cost`, in micro-credits, are settled at its launch; `reason` says why it stands still."""

    id: UUID
    name: str
    state: State
    reason: str
    number_id: UUID | None
    template_id: UUID | None
    category: str
    audience: AudienceSpec
    variables: dict[str, PlaceIn]
    unknown_policy: str
    scheduled_at: datetime | None
    recipients: int
    cost: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class CampaignWithResults(CampaignOut):
    """A campaign, and what has become of its messages."""

    results: Results


class ScheduleIn(api.Data):
    """A local time, without an offset, and the zone it is meant in, such as Europe/Berlin."""

    at: NaiveDatetime
    zone: Annotated[str, Field(max_length=64)]


class RetryIn(api.Data):
    """`everything`: also messages that failed for a reason which a retry does not mend."""

    everything: bool = False


class PreflightOut(api.Data):
    """What a campaign would do and cost. With `problems` it cannot be launched; `verdicts` count who would get nothing."""

    total: int
    sendable: int
    verdicts: dict[str, Any]
    problems: list[Any]
    costs: list[Any]
    cost: int
    currency: str
    balance: int
    enough: bool
    seconds: int


@blueprint.errorhandler(CampaignError)
def refused(error: CampaignError) -> Response:
    """A campaign that is not there, or does not allow what was asked."""
    if error.code == "unknown":
        return api.problem(api.ApiError(404))
    return api.problem(api.ApiError(409, error.code, _(str(error))))


@blueprint.get("")
@api.needs("campaigns.view")
@blueprint.input(Listing, location="query")
@blueprint.output(api.Page[CampaignOut])
def index(query_data: Listing) -> api.Page[CampaignOut]:
    """List campaigns, the newest first."""
    query = select(Campaign).where(Campaign.tenant_id == current_tenant())
    if query_data.state:
        query = query.where(Campaign.state == query_data.state)
    with transaction(tenant_scope(current_tenant())) as session:
        found = api.page_of(session, query, query_data, Campaign.created_at, Campaign.id)
        rows = [CampaignOut.model_validate(row) for row in found.rows]
    return api.Page[CampaignOut](data=rows, next_cursor=found.next_cursor)


@blueprint.post("")
@api.needs("campaigns.edit")
@blueprint.input(CampaignIn)
@blueprint.output(CampaignOut, status_code=201)
def create(json_data: CampaignIn) -> CampaignOut:
    """Make a draft."""
    with transaction(tenant_scope(current_tenant())) as session:
        _check(session, "number_id", ChannelNumber, json_data.number_id)
        _check(session, "template_id", Template, json_data.template_id)
    details = Details(
        name=json_data.name,
        number_id=json_data.number_id,
        template_id=json_data.template_id,
        audience=json_data.audience,
        variables={key: place.model_dump(exclude_defaults=True) for key, place in json_data.variables.items()},
        unknown_policy=json_data.unknown_policy,
    )
    return _shown(editing.create(current_tenant(), details))


@blueprint.get("/<uuid:campaign_id>")
@api.needs("campaigns.view")
@blueprint.output(CampaignWithResults)
def show(campaign_id: UUID) -> CampaignWithResults:
    """Get a campaign and its results."""
    campaign, results = _shown(campaign_id), current(current_tenant(), campaign_id)
    return CampaignWithResults(**dict(campaign), results=results)


@blueprint.post("/<uuid:campaign_id>/preflight")
@api.needs("campaigns.view")
@blueprint.output(PreflightOut)
def check(campaign_id: UUID) -> PreflightOut:
    """Tell what a campaign would do and cost. Nothing is changed."""
    report = preflight(current_tenant(), campaign_id).as_dict()
    return PreflightOut(**{name: report[name] for name in PreflightOut.model_fields})


@blueprint.post("/<uuid:campaign_id>/schedule")
@api.needs("campaigns.launch")
@blueprint.input(ScheduleIn)
@blueprint.output(CampaignOut)
def schedule(campaign_id: UUID, json_data: ScheduleIn) -> CampaignOut:
    """Launch a campaign later, at a local time."""
    return _after(campaign_id, lambda: editing.schedule(current_tenant(), campaign_id, json_data.at, json_data.zone))


@blueprint.post("/<uuid:campaign_id>/launch")
@api.needs("campaigns.launch")
@blueprint.output(CampaignOut, status_code=202)
def launch(campaign_id: UUID) -> CampaignOut:
    """Launch a campaign in the background. One that cannot start is a draft again, with the reason."""
    return _after(campaign_id, lambda: launch_soon(current_tenant(), campaign_id))


@blueprint.post("/<uuid:campaign_id>/pause")
@api.needs("campaigns.launch")
@blueprint.output(CampaignOut)
def pause(campaign_id: UUID) -> CampaignOut:
    """Stop sending what is not on its way yet."""
    return _after(campaign_id, lambda: lifecycle.pause(current_tenant(), campaign_id))


@blueprint.post("/<uuid:campaign_id>/resume")
@api.needs("campaigns.launch")
@blueprint.output(CampaignOut)
def resume(campaign_id: UUID) -> CampaignOut:
    """Go on after a pause."""
    return _after(campaign_id, lambda: lifecycle.resume(current_tenant(), campaign_id))


@blueprint.post("/<uuid:campaign_id>/cancel")
@api.needs("campaigns.launch")
@blueprint.output(CampaignOut)
def cancel(campaign_id: UUID) -> CampaignOut:
    """Give up what was not sent; its money comes back."""
    return _after(campaign_id, lambda: lifecycle.cancel(current_tenant(), campaign_id))


@blueprint.post("/<uuid:campaign_id>/retry")
@api.needs("campaigns.launch")
@blueprint.input(RetryIn)
@blueprint.output(CampaignOut)
def retry(campaign_id: UUID, json_data: RetryIn) -> CampaignOut:
    """Send failed messages again."""
    return _after(campaign_id, lambda: lifecycle.retry_failed(current_tenant(), campaign_id, json_data.everything))


def _after(campaign_id: UUID, act: Callable[[], Any]) -> CampaignOut:
    act()
    return _shown(campaign_id)


def _shown(campaign_id: UUID) -> CampaignOut:
    with transaction(tenant_scope(current_tenant())) as session:
        return CampaignOut.model_validate(get(session, campaign_id))


def _check(session: Session, field: str, model: type[ChannelNumber] | type[Template], wanted: UUID | None) -> None:
    if wanted and session.scalar(select(model.id).where(model.id == wanted)) is None:
        raise api.ApiError(422, fields={field: _("There is none with this id. Look it up in its list.")})
