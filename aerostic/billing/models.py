"""The charge: what one message (or any other thing) costs, and how far its money has come."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.rls import Protection

STATES = ("held", "captured", "refunded", "released")


class Charge(TenantOwned, Model):
    """The money of one subject; its id is the subject's id.

    `seq` counts its movements and is part of their idempotency keys. What is free needs no hold.
    """

    __tablename__ = "charge"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("amount >= 0", name="positive"),
        CheckConstraint("amount = 0 OR hold_id IS NOT NULL", name="held_for"),
        Index("ix_charge_open", "created_at", postgresql_where="state = 'held'"),
        Index("ix_charge_hold", "hold_id"),
        {"postgresql_with": {"fillfactor": 70}},
    )
    __protection__ = Protection(services=("lanes", "statuses", "events", "cron"))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_hold.id"))
    amount: Mapped[int]
    currency: Mapped[str]
    category: Mapped[str]
    market: Mapped[str]
    source: Mapped[str]
    state: Mapped[str] = mapped_column(default="held", server_default="held")
    seq: Mapped[int] = mapped_column(default=0, server_default="0")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)
