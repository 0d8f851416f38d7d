"""What a scheduled campaign may cost: agreed when it is scheduled, and asked for again before it starts.

A price that rose in between, by a new price book or because WhatsApp moved the template to another category, stops the
campaign until a person has looked at the cost again.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.sdk import Contact, NoPriceError, audience, tenant_scope, transaction

from .context import Context, get, load
from .events import announce
from .models import Campaign


def agree(session: Session, campaign: Campaign) -> None:
    """Keep what the messages to each market cost now, and about how many they are.

    Raises:
        CampaignError: the campaign is not complete, or its channel is off.
    """
    context = load(session, campaign)
    campaign.agreed = {market: [count, price] for market, count, price in _prices(session, context)}


def settle_again(tenant_id: UUID, campaign_id: UUID) -> bool:
    """Ask for the prices of a scheduled campaign again. Where it became dearer it is a draft, with the reason.

    Returns:
        Whether it may start as it is.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = get(session, campaign_id, lock=True)
        if campaign.state != "scheduled":
            return False
        return compare(session, campaign)


def compare(session: Session, campaign: Campaign) -> bool:
    """Whether the messages that a scheduled campaign was agreed for cost no more now; else it is stopped.

    A change of the template's category is taken over: consent is judged by the new one, and what costs less needs nobody.
    """
    context = load(session, campaign)
    campaign.category = context.category
    if _cost_now(context, campaign.agreed) <= cost_agreed(campaign):
        return True
    campaign.state, campaign.reason = "draft", "dearer"
    announce(session, campaign)
    return False


def cost_agreed(campaign: Campaign) -> int:
    """What a campaign was scheduled for, in micro-credits."""
    return sum(count * price for count, price in campaign.agreed.values())


def _cost_now(context: Context, agreed: dict[str, list[int]]) -> int:
    return sum(count * (_price(context, market) or 0) for market, (count, _) in agreed.items())


def _prices(session: Session, context: Context) -> Iterator[tuple[str, int, int]]:
    campaign = context.campaign
    own = audience.conditions(session, campaign.tenant_id, context.audience)
    counts = select(Contact.country, func.count().label("n")).where(*own).group_by(Contact.country)
    if context.category == "marketing":
        counts = counts.where(Contact.marketing == "granted")
    for row in session.execute(counts):
        price = _price(context, row.country)
        if price is not None:
            yield row.country, row.n, price


def _price(context: Context, market: str) -> int | None:
    """What one message costs; None where nobody has set a price, as then nobody there gets one."""
    try:
        return context.price(market).amount
    except NoPriceError:
        return None
