"""What campaigns hold of one contact, to take along."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import Message, PersonData, tenant_scope, transaction

from ..models import Campaign, Recipient, Reply
from ..verdicts import VERDICTS


def data(tenant_id: UUID, contact_id: UUID) -> list[PersonData]:
    """The campaigns that were meant for the contact and sent no message, and those that the contact answered."""
    with transaction(tenant_scope(tenant_id)) as session:
        return [
            PersonData("campaigns.without_message", _left_out(session, contact_id)),
            PersonData("campaigns.answered", _answered(session, contact_id)),
        ]


def _left_out(session: Session, contact_id: UUID) -> list[dict[str, Any]]:
    query = (
        select(Campaign.id, Campaign.name, Recipient.verdict, Recipient.detail, Recipient.market)
        .join(Recipient, Recipient.campaign_id == Campaign.id)
        .where(Recipient.contact_id == contact_id)
        .order_by(Campaign.id)
    )
    return [
        {
            "campaign_id": str(row.id),
            "campaign": row.name,
            "country": row.market,
            "why": VERDICTS.get(row.verdict, ""),
            "detail": row.detail,
        }
        for row in session.execute(query)
    ]


def _answered(session: Session, contact_id: UUID) -> list[dict[str, Any]]:
    query = (
        select(Campaign.id, Campaign.name, Reply.message_id, Reply.replied_at)
        .join(Reply, Reply.campaign_id == Campaign.id)
        .join(Message, Message.id == Reply.message_id)
        .where(Message.contact_id == contact_id)
        .order_by(Reply.replied_at)
    )
    return [
        {
            "campaign_id": str(row.id),
            "campaign": row.name,
            "message_id": str(row.message_id),
            "answered_at": row.replied_at.isoformat(),
        }
        for row in session.execute(query)
    ]
