"""The charge: what one message (or any other thing) costs, and how far its money has come; and what charges come to by day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

STATES = ("held", "captured", "refunded", "released")


class Charge(TenantOwned, Model):
    """The money of one subject; its id is the subject's id.

    `seq` counts its movements and is part of their idempotency keys. What is free needs no hold. `share` is the part of the
    amount that the tenant's reseller earns once it is captured.
    """

    __tablename__ = "charge"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("amount >= 0", name="positive"),
        CheckConstraint("share BETWEEN 0 AND amount", name="share"),
        CheckConstraint("amount = 0 OR hold_id IS NOT NULL", name="held_for"),
        Index("ix_charge_open", "created_at", postgresql_where="state = 'held'"),
        Index("ix_charge_hold", "hold_id"),
        {"postgresql_with": {"fillfactor": 70}},
    )
    __protection__ = Protection(services=("lanes", "statuses", "events", "cron"))
    __privacy__ = Privacy(public=("currency", "category", "market", "source", "state", "reason"))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_hold.id"))
    number_id: Mapped[UUID | None]
    amount: Mapped[int]
    share: Mapped[int] = mapped_column(default=0, server_default="0")
    currency: Mapped[str]
    category: Mapped[str]
    market: Mapped[str]
    source: Mapped[str]
    state: Mapped[str] = mapped_column(default="held", server_default="held")
    seq: Mapped[int] = mapped_column(default=0, server_default="0")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)


class Usage(Model):
    """What the charges opened on one day (of UTC) come to, for one sender and kind of message; amounts in micro-credits.

    `paid` and `back` are the parts of `amount` that were captured and that went back; what is in neither is still held.
    `shares` is the reseller's part of what was paid. What is charged again after its money went back counts again.
    """

    __tablename__ = "billing_usage"
    # No constraints: PostgreSQL would hold them against what is added to a row, before it is added.
    __table_args__ = ({"postgresql_with": {"fillfactor": 70}},)
    __protection__ = Protection(
        also="tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})",
        services=("lanes", "statuses", "events", "cron"),
    )
    __privacy__ = Privacy(public=("market", "category", "currency"))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number_id: Mapped[UUID] = mapped_column(primary_key=True)
    market: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0, server_default="0")
    amount: Mapped[int] = mapped_column(default=0, server_default="0")
    paid_count: Mapped[int] = mapped_column(default=0, server_default="0")
    paid: Mapped[int] = mapped_column(default=0, server_default="0")
    shares: Mapped[int] = mapped_column(default=0, server_default="0")
    back_count: Mapped[int] = mapped_column(default=0, server_default="0")
    back: Mapped[int] = mapped_column(default=0, server_default="0")
