"""Invoices and credit notes with all that stands on them, and how far their numbers have come."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

KINDS = ("invoice", "credit_note")
PREFIXES = {"invoice": "INV", "credit_note": "CN"}


class InvoiceSeries(Identified, Model):
    """The last number of a kind that an issuer (a reseller, or with none the platform) gave in a year."""

    __tablename__ = "invoice_series"
    __table_args__ = (UniqueConstraint("reseller_id", "kind", "year", postgresql_nulls_not_distinct=True),)
    __protection__ = Protection(tenant="")
    __privacy__ = Privacy(public=("kind",))

    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    kind: Mapped[str]
    year: Mapped[int]
    last: Mapped[int]


class Invoice(TenantOwned, Model):
    """One document; the application's role may not change or delete it. `facts` are what it says, see `issuing.Facts`."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("reseller_id", "kind", "year", "number", postgresql_nulls_not_distinct=True),
        Index("ix_invoice_payment", "payment_id"),
        Index("ix_invoice_once", "payment_id", unique=True, postgresql_where="kind = 'invoice'"),
        Index("ix_invoice_tenant_id", "tenant_id", "id"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("number > 0", name="number"),
    )
    __protection__ = Protection(also="reseller_id = {reseller}")
    __privacy__ = Privacy(public=("kind",), searchable=("facts",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"))
    kind: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    facts: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def name(self) -> str:
        """What it is called, such as INV-2026-00017."""
        return f"{PREFIXES[self.kind]}-{self.year}-{self.number:05}"
