"""Making and changing a campaign that has not been launched yet."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import AudienceSpec, ChannelNumber, Template, tenant_scope, transaction, utcnow

from .context import get
from .models import Campaign
from .variables import read
from .verdicts import CampaignError
from .zones import moment, zone_named

OPEN = ("draft", "scheduled")


@dataclass(frozen=True, slots=True)
class Details:
    """What a person says about a campaign.

    Args:
        variables: what fills the template's places; see variables.py.
        unknown_policy: `leave` messages whose fate stays unknown, or `retry` them once.
    """

    name: str
    number_id: UUID
    template_id: UUID
    audience: AudienceSpec
    variables: dict[str, Any] = field(default_factory=dict)
    unknown_policy: str = "leave"


def chosen(session: Session, template: str, language: str, number: str = "") -> tuple[UUID, UUID]:
    """The ids of a template by name and language, and of a number by how it is shown; the account's first if ''.

    Raises:
        CampaignError: there is none.
    """
    found = session.scalars(select(Template).where(Template.name == template, Template.language == language)).first()
    if found is None:
        raise CampaignError("template", "There is no such template. Synchronise templates, then choose again.")
    numbers = select(ChannelNumber.id).where(ChannelNumber.account_id == found.account_id).order_by(ChannelNumber.id)
    number_id = session.scalars(numbers.where(ChannelNumber.display == number) if number else numbers).first()
    if number_id is None:
        raise CampaignError("number", "The template's account has no such number. Choose one that is shown there.")
    return found.id, number_id


def create(tenant_id: UUID, details: Details) -> UUID:
    """A new draft.

    Raises:
        CampaignError: a source of a variable cannot be understood, or the template is unknown.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        template = session.get(Template, details.template_id)
        if template is None:
            raise CampaignError("template", "There is no such template. Synchronise templates, then choose again.")
        campaign = Campaign(tenant_id=tenant_id, **_columns(details), category=template.category.lower())
        session.add(campaign)
        return campaign.id


def change(tenant_id: UUID, campaign_id: UUID, details: Details) -> None:
    """Change a campaign that is not launched yet; the category is agreed anew.

    Raises:
        CampaignError: it is launched already, or a variable cannot be understood.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _open(session, campaign_id)
        for name, value in _columns(details).items():
            setattr(campaign, name, value)
        campaign.category = session.get_one(Template, details.template_id).category.lower()


def schedule(tenant_id: UUID, campaign_id: UUID, local: datetime, zone: str) -> datetime:
    """Start the campaign at a local time of a named zone. Returns the moment, in that zone.

    Raises:
        CampaignError: it is launched already, the zone is unknown, or the time has passed.
    """
    at = moment(local, zone)
    if at <= utcnow():
        raise CampaignError("time", "This time has passed. Choose a later one, or launch now.")
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _open(session, campaign_id)
        campaign.state, campaign.reason, campaign.scheduled_at, campaign.zone = "scheduled", "", at, zone
    return at.astimezone(zone_named(zone))


def unschedule(tenant_id: UUID, campaign_id: UUID) -> None:
    """Make a scheduled campaign a draft again.

    Raises:
        CampaignError: it is launched already.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _open(session, campaign_id)
        campaign.state, campaign.scheduled_at = "draft", None


def _open(session: Session, campaign_id: UUID) -> Campaign:
    campaign = get(session, campaign_id, lock=True)
    if campaign.state not in OPEN:
        raise CampaignError("state", f"The campaign is {campaign.state}: it can be changed only before its launch.")
    return campaign


def _columns(details: Details) -> dict[str, Any]:
    for key, entry in details.variables.items():
        read(key, entry)
    return {
        "name": details.name,
        "number_id": details.number_id,
        "template_id": details.template_id,
        "audience": details.audience.model_dump(mode="json", exclude_defaults=True),
        "variables": details.variables,
        "unknown_policy": details.unknown_policy,
    }
