"""What people do with credits: each act, who asked for it and why, and who approved it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

KINDS = ("sale", "topup", "allocation", "clawback", "earning")
STATES = ("waiting", "approved", "declined")
SIDES = ("platform", "reseller")


class CreditRequest(Identified, Model):
    """One act. Once it is approved, the ledger's transfer bears its id as subject; its own id is the key of the form.

    What needs nobody's approval is approved at once, with no `decided_by`. `side` says whose staff asked for it.
    """

    __tablename__ = "credit_request"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"side IN {SIDES}", name="side"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("state <> 'approved' OR decided_by <> asked_by", name="second_person"),
        CheckConstraint("(tenant_id IS NULL) = (kind IN ('sale', 'earning'))", name="tenant"),
        CheckConstraint("(reseller_id IS NULL) = (kind = 'topup')", name="reseller"),
        Index("ix_credit_request_waiting", "asked_at", postgresql_where="state = 'waiting'"),
        Index("ix_credit_request_reseller_id", "reseller_id", "id"),
        Index("ix_credit_request_tenant_id", "tenant_id", "id"),
    )
    # A workspace reads why its credit came and went, and hears nothing of what only waits.
    __protection__ = Protection(
        tenant="", also="reseller_id = {reseller} OR (tenant_id = {tenant} AND state = 'approved')"
    )
    __privacy__ = Privacy(public=("kind", "currency", "side", "state"), searchable=("reason", "note"))

    kind: Mapped[str]
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.id"))
    amount: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    side: Mapped[str]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime] = mapped_column(default=utcnow)
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
