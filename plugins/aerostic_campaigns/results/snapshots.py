"""Results that were counted a moment ago are as good as new: they are kept, and counted anew only when they are too old.

How old is too old grows with what counting takes, so that a very large campaign with many people looking at it costs the
database a tenth of its time at most.
"""

from collections.abc import Collection
from datetime import timedelta
from time import monotonic
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from aerostic.sdk import tenant_scope, transaction, utcnow

from ..context import get
from ..models import Campaign, Snapshot
from .counting import count
from .model import Results

FRESH = timedelta(seconds=1)
SHARE = 10
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def current(tenant_id: UUID, campaign_id: UUID, age: timedelta = FRESH) -> Results:
    """The results, counted within the last `age` (or longer ago, where counting takes long). Of many who ask one counts.

    Raises:
        CampaignError: there is no such campaign.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = get(session, campaign_id)
        if found := _kept(session, campaign_id, age):
            return found
        session.execute(ALONE, {"name": f"campaigns.results:{campaign_id}"})
        return _kept(session, campaign_id, age) or _take(session, campaign)


def latest(session: Session, campaign_ids: Collection[UUID]) -> dict[UUID, Results]:
    """What is known of several campaigns without counting, by id."""
    rows = session.execute(select(Snapshot.campaign_id, Snapshot.results).where(Snapshot.campaign_id.in_(campaign_ids)))
    return {campaign_id: Results.model_validate(results) for campaign_id, results in rows}


def _kept(session: Session, campaign_id: UUID, age: timedelta) -> Results | None:
    kept = session.get(Snapshot, campaign_id, populate_existing=True)
    if kept is None or kept.taken_at < utcnow() - max(age, timedelta(milliseconds=kept.took * SHARE)):
        return None
    return Results.model_validate(kept.results)


def _take(session: Session, campaign: Campaign) -> Results:
    began = monotonic()
    found = count(session, campaign)
    took = int((monotonic() - began) * 1000)
    values = {"taken_at": found.taken_at, "took": took, "results": found.model_dump(mode="json")}
    row = insert(Snapshot).values(campaign_id=campaign.id, tenant_id=campaign.tenant_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["campaign_id"], set_=values))
    return found
