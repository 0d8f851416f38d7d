"""Making and changing a campaign that has not been launched yet."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import N_, AudienceSpec, ChannelNumber, Template, new_id, tenant_scope, transaction, utcnow

from .agreeing import agree
from .context import get
from .events import note
from .models import Campaign
from .variables import read
from .verdicts import INCOMPLETE, CampaignError
from .zones import moment, zone_named

OPEN = ("draft", "scheduled")
PASSED = N_("This time has passed. Choose a later one, or launch now.")
NO_TEMPLATE = N_("There is no such template. Fetch the templates from WhatsApp, then choose again.")


@dataclass(frozen=True, slots=True)
class Details:
    """What a person says about a campaign. Number and template may be chosen later.

    Args:
        variables: what fills the template's places; see variables.py.
        unknown_policy: `leave` messages whose fate stays unknown, or `retry` them once.
    """

    name: str
    number_id: UUID | None
    template_id: UUID | None
    audience: AudienceSpec
    variables: dict[str, Any] = field(default_factory=dict)
    unknown_policy: str = "leave"

    def replaced(self, **values: Any) -> "Details":
        """The same with something else in its place."""
        return replace(self, **values)


def chosen(session: Session, template: str, language: str, number: str = "") -> tuple[UUID, UUID]:
    """The ids of a template by name and language, and of a number by how it is shown; the account's first if ''.

    Raises:
        CampaignError: there is none.
    """
    found = session.scalars(select(Template).where(Template.name == template, Template.language == language)).first()
    if found is None:
        raise CampaignError("template", NO_TEMPLATE)
    numbers = select(ChannelNumber.id).where(ChannelNumber.account_id == found.account_id).order_by(ChannelNumber.id)
    number_id = session.scalars(numbers.where(ChannelNumber.display == number) if number else numbers).first()
    if number_id is None:
        raise CampaignError("number", N_("The template's account has no such number. Choose one that is shown there."))
    return found.id, number_id


def create(tenant_id: UUID, details: Details, key: str = "") -> UUID:
    """A new draft.

    Args:
        key: any text that is unique among the tenant's campaigns: the same one again gives the same draft.

    Raises:
        CampaignError: a source of a variable cannot be understood, or the template is unknown.
    """
    campaign_id = uuid5(tenant_id, key) if key else new_id()
    with transaction(tenant_scope(tenant_id)) as session:
        if session.get(Campaign, campaign_id) is None:
            campaign = Campaign(tenant_id=tenant_id, id=campaign_id, **_columns(session, details))
            session.add(campaign)
            note(session, campaign, "created")
    return campaign_id


def details_of(campaign: Campaign) -> Details:
    """What was said about a campaign, to change a part of it."""
    return Details(
        campaign.name,
        campaign.number_id,
        campaign.template_id,
        AudienceSpec.model_validate(campaign.audience),
        campaign.variables,
        campaign.unknown_policy,
    )


def change(tenant_id: UUID, campaign_id: UUID, details: Details) -> None:
    """Change a campaign that is not launched yet; the category is agreed anew.

    Raises:
        CampaignError: it is launched already, or a variable cannot be understood.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _open(session, campaign_id)
        for name, value in _columns(session, details).items():
            setattr(campaign, name, value)
        campaign.reason = ""
        note(session, campaign, "changed")


def plan_start(tenant_id: UUID, campaign_id: UUID, local: datetime | None, zone: str) -> None:
    """Note when a draft is to start: at a local time of a named zone, or as soon as it is launched.

    Raises:
        CampaignError: it is launched already, the zone is unknown, or the time has passed.
    """
    at = _later(local, zone) if local else None
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _open(session, campaign_id)
        campaign.scheduled_at, campaign.zone = at, zone


def schedule(tenant_id: UUID, campaign_id: UUID, local: datetime, zone: str) -> datetime:
    """Start the campaign at a local time of a named zone. Returns the moment, in that zone.

    Raises:
        CampaignError: it is launched already or not complete yet, its channel is off, the zone is unknown, or the time has
            passed.
    """
    at = _later(local, zone)
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _open(session, campaign_id)
        if campaign.number_id is None or campaign.template_id is None:
            raise CampaignError("incomplete", INCOMPLETE)
        campaign.state, campaign.reason, campaign.scheduled_at, campaign.zone = "scheduled", "", at, zone
        agree(session, campaign)
        note(session, campaign, "scheduled")
    return at.astimezone(zone_named(zone))


def unschedule(tenant_id: UUID, campaign_id: UUID) -> None:
    """Make a scheduled campaign a draft again.

    Raises:
        CampaignError: it is launched already.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _open(session, campaign_id)
        campaign.state, campaign.reason, campaign.scheduled_at = "draft", "", None
        note(session, campaign, "unscheduled")


def _later(local: datetime, zone: str) -> datetime:
    at = moment(local, zone)
    if at <= utcnow():
        raise CampaignError("time", PASSED)
    return at


def _open(session: Session, campaign_id: UUID) -> Campaign:
    campaign = get(session, campaign_id, lock=True)
    if campaign.state not in OPEN:
        raise CampaignError("state", f"The campaign is {campaign.state}: it can be changed only before its launch.")
    return campaign


def _columns(session: Session, details: Details) -> dict[str, Any]:
    for key, entry in details.variables.items():
        read(key, entry)
    template = session.get(Template, details.template_id) if details.template_id else None
    if details.template_id and template is None:
        raise CampaignError("template", NO_TEMPLATE)
    return {
        "category": template.category.lower() if template else "",
        "name": details.name,
        "number_id": details.number_id,
        "template_id": details.template_id,
        "audience": details.audience.model_dump(mode="json", exclude_defaults=True),
        "variables": details.variables,
        "unknown_policy": details.unknown_policy,
    }
