"""The tables of price books. A version is never changed: prices change by a newer one."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.sdk import Model, Protection, new_id, utcnow

QUOTING = "pricing"


class PriceBook(Model):
    """One version of a book, in force from a moment on, until the owner's next: of a reseller, a tenant, or the platform."""

    __tablename__ = "pricing__book"
    __table_args__ = (
        UniqueConstraint("for_reseller_id", "for_tenant_id", "number", postgresql_nulls_not_distinct=True),
        UniqueConstraint("for_reseller_id", "for_tenant_id", "effective_at", postgresql_nulls_not_distinct=True),
        CheckConstraint("for_reseller_id IS NULL OR for_tenant_id IS NULL", name="one_owner"),
    )
    __protection__ = Protection(
        tenant="",
        also="for_tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})",
        services=(QUOTING,),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    for_reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    for_tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.id"))
    number: Mapped[int]
    effective_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class PriceRule(Model):
    """One rule of a book; see `books.Rule`. Amounts are micro-credits."""

    __tablename__ = "pricing__rule"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND fixed >= 0 AND floor >= 0 AND percent >= -100", name="positive"),
    )
    __protection__ = Protection(tenant="", also="book_id IN (SELECT b.id FROM pricing__book b)", services=(QUOTING,))

    book_id: Mapped[UUID] = mapped_column(ForeignKey("pricing__book.id", ondelete="CASCADE"), primary_key=True)
    market: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int | None]
    percent: Mapped[Decimal] = mapped_column(Numeric(8, 4), default=Decimal(0), server_default="0")
    fixed: Mapped[int] = mapped_column(default=0, server_default="0")
    floor: Mapped[int] = mapped_column(default=0, server_default="0")
