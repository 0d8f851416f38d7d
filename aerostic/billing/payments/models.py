"""Payments: what somebody began to pay into a workspace's wallet, and what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

STATES = ("open", "paid", "expired", "failed", "refunded")
MANUAL = "manual"


class Payment(TenantOwned, Model):
    """One payment. Amounts are micro-credits.

    open -> paid -> refunded, or expired or failed, after which it may still be paid: where money came in, it counts.

    `reference` is the provider's id of it, or what stands on a bank statement. `refunded` is what the payer got back, and
    `taken_back` how much of that the wallet still had. `problem` is a code of what a provider said that was not believed.
    A payment of provider `manual` was recorded by the platform's staff: by `started_by`, and where it was much, confirmed by
    `confirmed_by`.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("provider", "reference"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("refunded BETWEEN 0 AND amount", name="refunded"),
        CheckConstraint("taken_back BETWEEN 0 AND refunded", name="taken_back"),
        CheckConstraint("confirmed_by <> started_by", name="second_person"),
        Index("ix_payment_tenant_id", "tenant_id", "id"),
    )
    __protection__ = Protection()
    __privacy__ = Privacy(public=("provider", "reference", "currency", "state", "problem"), searchable=("address",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    provider: Mapped[str]
    reference: Mapped[str | None]
    amount: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    address: Mapped[str] = mapped_column(default="", server_default="")
    refunded: Mapped[int] = mapped_column(default=0, server_default="0")
    taken_back: Mapped[int] = mapped_column(default=0, server_default="0")
    problem: Mapped[str] = mapped_column(default="", server_default="")
    started_by: Mapped[UUID | None]
    confirmed_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    @property
    def shortfall(self) -> int:
        """What the payer got back though the wallet had spent it."""
        return self.refunded - self.taken_back
