"""Another campaign like one that is there, and the end of a draft nobody wants."""

from uuid import UUID

from sqlalchemy import delete

from aerostic.sdk import tenant_scope, transaction

from .context import get
from .editing import create, details_of
from .events import note
from .models import Campaign
from .verdicts import CampaignError


def duplicate(tenant_id: UUID, campaign_id: UUID, name: str, key: str = "") -> UUID:
    """A new draft with everything that was said about a campaign, under another name. Returns its id.

    Args:
        key: any text that is unique among the tenant's campaigns: the same one again gives the same draft.

    Raises:
        CampaignError: there is no such campaign.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        details = details_of(get(session, campaign_id))
    return create(tenant_id, details.replaced(name=name), key)


def delete_draft(tenant_id: UUID, campaign_id: UUID) -> None:
    """Remove a draft for good.

    Raises:
        CampaignError: it is no draft (any more).
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = get(session, campaign_id, lock=True)
        if campaign.state != "draft":
            raise CampaignError("state", f"The campaign is {campaign.state}: only drafts can be deleted.")
        note(session, campaign, "deleted")
        session.execute(delete(Campaign).where(Campaign.id == campaign.id))
