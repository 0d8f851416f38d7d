"""The table of messages that the provider prices otherwise than they were charged."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

DIFFERENCES = ("not_billable", "not_charged", "category")


class ReconciliationDifference(TenantOwned, Model):
    """A message that arrived, and whose charge is not what the provider says of it; its id is the message's id.

    `not_billable`: paid, though the provider takes nothing. `not_charged`: the provider takes its price, and the message was
    free or its money went back. `category`: paid as another category. `amount` is the charge's, in micro-credits; currency
    and charge are '' for a message that never had a price. `at` is when it arrived.
    """

    __tablename__ = "reconciliation_difference"
    __table_args__ = (
        CheckConstraint(f"kind IN {DIFFERENCES}", name="kind"),
        Index("ix_reconciliation_difference_at", "at", "id"),
        Index("ix_reconciliation_difference_kind", "kind", "at", "id"),
        Index("ix_reconciliation_difference_tenant", "tenant_id", "at", "id"),
    )
    __protection__ = Protection(services=("statuses",))
    __privacy__ = Privacy(
        public=("kind", "provider_category", "provider_type", "charged_category", "charge_state", "currency")
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    kind: Mapped[str]
    billable: Mapped[bool]
    provider_category: Mapped[str]
    provider_type: Mapped[str]
    charged_category: Mapped[str]
    charge_state: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]
    at: Mapped[datetime]
