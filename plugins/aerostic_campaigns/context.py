"""Everything a campaign is judged and priced with, read once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import (
    N_,
    AudienceSpec,
    Channel,
    ChannelAccount,
    ChannelNumber,
    Chargeable,
    Quote,
    Template,
    TemplateData,
    Tenant,
    data_of,
    quote,
    view_for,
)

from .models import Campaign
from .variables import Source, sources
from .verdicts import INCOMPLETE, CampaignError

MANY = 1_000_000_000  # How many will get it is not known yet: so many that no allowance of free messages covers them.


@dataclass
class Context:
    """A campaign with its tenant, account, number, template, channel and billing rules."""

    campaign: Campaign
    tenant: Tenant
    account: ChannelAccount
    number: ChannelNumber
    template: Template
    channel: Channel
    rules: list[Any]

    @cached_property
    def data(self) -> TemplateData:
        """The template as the channel wants it."""
        return data_of(self.template)

    @property
    def category(self) -> str:
        """The category that decides on consent and price."""
        return self.template.category.lower()

    @cached_property
    def mapped(self) -> tuple[list[Source], list[str]]:
        """The sources of the template's values, and the places without one."""
        return sources(self.channel.variables(self.data), self.campaign.variables)

    @cached_property
    def audience(self) -> AudienceSpec:
        """Whom the campaign is for."""
        return AudienceSpec.model_validate(self.campaign.audience)

    def price(self, market: str) -> Quote:
        """What one message to a market costs, in micro-credits.

        Raises:
            QuoteError: no rule has a price.
        """
        return quote(self.rules, Chargeable(self.tenant.id, self.number.id, market, self.category, MANY))


def get(session: Session, campaign_id: UUID, lock: bool = False) -> Campaign:
    """A campaign within the session's scope.

    Args:
        lock: wait for, and keep, the row until the transaction ends.

    Raises:
        CampaignError: there is none.
    """
    chosen = select(Campaign).where(Campaign.id == campaign_id)
    campaign = session.scalar(chosen.with_for_update() if lock else chosen)
    if campaign is None:
        raise CampaignError("unknown", N_("There is no such campaign."))
    return campaign


def load(session: Session, campaign: Campaign) -> Context:
    """Read what a campaign needs.

    Raises:
        CampaignError: number or template are not chosen yet, or the channel's plugin is switched off.
    """
    if campaign.number_id is None or campaign.template_id is None:
        raise CampaignError("incomplete", INCOMPLETE)
    template = session.get_one(Template, campaign.template_id)
    account = session.get_one(ChannelAccount, template.account_id)
    view = view_for(session, campaign.tenant_id)
    channel = view.channels.get(account.channel)
    if channel is None:
        raise CampaignError("channel", N_("The channel of this account is switched off. Switch its plugin on first."))
    number = session.get_one(ChannelNumber, campaign.number_id)
    tenant = session.get_one(Tenant, campaign.tenant_id)
    return Context(campaign, tenant, account, number, template, channel, view.billing_rules)
