"""How a campaign stands now, for its live page: what is known of it, how fast it goes, and when it will be done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from aerostic.sdk import ChannelNumber, Template, tenant_scope, transaction, utcnow

from .context import get
from .models import Campaign
from .results import Results, current

GOING = ("launching", "running", "paused")


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign with its results.

    Args:
        template, number: None while they are not chosen.
        checked_at: when this was true.
    """

    campaign: Campaign
    results: Results
    template: Template | None
    number: ChannelNumber | None
    checked_at: datetime

    @property
    def going(self) -> bool:
        """Whether it has been launched and has not ended."""
        return self.campaign.state in GOING

    @property
    def total(self) -> int:
        """How many people get the message; while they are being planned, how many will."""
        return max(self.campaign.recipients, self.results.total) if self.going else self.results.total

    @property
    def rate(self) -> float:
        """Messages a second that the provider took in the last minute."""
        campaign = self.campaign
        if campaign.state != "running" or campaign.started_at is None:
            return 0.0
        seconds = (self.results.taken_at - campaign.started_at).total_seconds()
        return self.results.last_minute / min(60.0, max(1.0, seconds))

    @property
    def remaining(self) -> timedelta | None:
        """How long it takes at the present rate; None where nothing moves."""
        return timedelta(seconds=self.results.left / self.rate) if self.rate and self.results.left else None

    @property
    def at_pace(self) -> timedelta | None:
        """How long it takes at all that the number may send."""
        pace = self.number.pace if self.number else 0
        return timedelta(seconds=self.results.left / pace) if pace and self.results.left and self.going else None


def standing(tenant_id: UUID, campaign_id: UUID) -> Standing:
    """How a campaign stands.

    Raises:
        CampaignError: there is no such campaign.
    """
    results = current(tenant_id, campaign_id)
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = get(session, campaign_id)
        template = session.scalar(select(Template).where(Template.id == campaign.template_id))
        number = session.scalar(select(ChannelNumber).where(ChannelNumber.id == campaign.number_id))
        return Standing(campaign, results, template, number, utcnow())
