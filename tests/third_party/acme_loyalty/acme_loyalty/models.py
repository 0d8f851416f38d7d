"""The table of points."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.sdk import Model, Protection, TenantOwned, utcnow


class Points(TenantOwned, Model):
    """Points of one contact for one event; the event's id keeps a repeat from counting twice."""

    __tablename__ = "loyalty__points"
    __table_args__ = (
        UniqueConstraint("tenant_id", "event_id"),
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
        Index("ix_loyalty__points_contact", "tenant_id", "contact_id"),
    )
    __protection__ = Protection()

    tenant_id: Mapped[UUID]
    contact_id: Mapped[UUID]
    event_id: Mapped[UUID]
    points: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=utcnow)
