"""People without a message who are forgotten. How many they were, and why, stays with the campaign."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, tuple_
from sqlalchemy.orm import Session

from aerostic.sdk import N_, RetentionKind, RetentionStep

from ..models import Campaign, Recipient

CHUNK, MOST_COUNTED = 2_000, 100_000


def leave_out(session: Session, tenant_id: UUID, contact_id: UUID) -> None:
    """Take a contact out of every frozen audience."""
    mine = (Recipient.tenant_id == tenant_id, Recipient.contact_id == contact_id)
    _forget(session, session.scalars(select(Recipient.campaign_id).where(*mine)).all(), mine)


def count_old(session: Session, tenant_id: UUID, before: datetime) -> int:
    """People without a message of campaigns that ended before a moment."""
    old = (
        select(Recipient.contact_id)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(*_ended(tenant_id, before))
    )
    return session.scalar(select(func.count()).select_from(old.limit(MOST_COUNTED).subquery())) or 0


def forget_old(session: Session, tenant_id: UUID, before: datetime, place: dict[str, Any]) -> RetentionStep:
    """Forget some of them."""
    keys = select(Recipient.campaign_id, Recipient.contact_id).join(Campaign, Campaign.id == Recipient.campaign_id)
    rows = [tuple(row) for row in session.execute(keys.where(*_ended(tenant_id, before)).limit(CHUNK))]
    _forget(session, [row[0] for row in rows], (tuple_(Recipient.campaign_id, Recipient.contact_id).in_(rows),))
    return RetentionStep(len(rows), place, more=len(rows) == CHUNK)


SKIPPED = RetentionKind(
    "campaigns.without_message",
    N_("People whom a campaign left out"),
    N_("Days after the campaign. How many they were, and why, stays in its results."),
    least=30,
    most=3650,
    count=count_old,
    step=forget_old,
)


def _forget(session: Session, campaign_ids: Sequence[UUID], which: tuple[ColumnElement[bool], ...]) -> None:
    # Campaigns first, as a launch locks them: who is still to get a message is then either planned, or gone.
    locked = select(Campaign).where(Campaign.id.in_(campaign_ids)).order_by(Campaign.id).with_for_update()
    campaigns = {campaign.id: campaign for campaign in session.scalars(locked)}
    gone = session.execute(delete(Recipient).where(*which).returning(Recipient.campaign_id, Recipient.verdict))
    counted = Counter((row.campaign_id, row.verdict or "changed") for row in gone)
    for (campaign_id, verdict), number in counted.items():
        known = campaigns[campaign_id].forgotten
        campaigns[campaign_id].forgotten = {**known, verdict: known.get(verdict, 0) + number}
    session.flush()


def _ended(tenant_id: UUID, before: datetime) -> tuple[ColumnElement[bool], ...]:
    return Campaign.tenant_id == tenant_id, Campaign.finished_at < before
