"""The tables of price books. A version is never changed: prices change by a newer one."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.sdk import Model, Privacy, Protection, new_id, utcnow

from .books import LEVELS

QUOTING = "pricing"


class ImportedCard(Model):
    """A rate card that was imported, as its two files; the newest one counts. Rows are never changed."""

    __tablename__ = "pricing__card"
    __protection__ = Protection(tenant="", services=(QUOTING,))
    __privacy__ = Privacy(public=("rates", "markets", "note"))

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(default=new_id, unique=True)
    rates: Mapped[str]
    markets: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


WORKSPACES = "for_tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})"
ITS_OWN = f"(level = 'clients' AND for_reseller_id = {{reseller}}) OR {WORKSPACES}"
OWNED = """CASE level WHEN 'platform' THEN for_reseller_id IS NULL AND for_tenant_id IS NULL
    WHEN 'tenant' THEN for_reseller_id IS NULL AND for_tenant_id IS NOT NULL
    ELSE for_reseller_id IS NOT NULL AND for_tenant_id IS NULL END"""


class PriceBook(Model):
    """One version of a book, in force from a moment on, until the owner's next.

    At the levels `reseller` (what is asked of it) and `clients` (what it asks of its workspaces) it is for a reseller, at
    `tenant` for a workspace. A reseller reads what is for it and its workspaces, and writes all but what is asked of it.
    """

    __tablename__ = "pricing__book"
    __table_args__ = (
        UniqueConstraint("level", "for_reseller_id", "for_tenant_id", "number", postgresql_nulls_not_distinct=True),
        UniqueConstraint(
            "level", "for_reseller_id", "for_tenant_id", "effective_at", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint(f"level IN {LEVELS}", name="level"),
        CheckConstraint(OWNED, name="one_owner"),
        CheckConstraint("exchange > 0", name="exchange"),
    )
    __protection__ = Protection(
        tenant="", also=f"for_reseller_id = {{reseller}} OR {WORKSPACES}", services=(QUOTING,), write=ITS_OWN
    )
    __privacy__ = Privacy(public=("level", "note", "currency", "free"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    level: Mapped[str]
    for_reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    for_tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.id"))
    number: Mapped[int]
    effective_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str] = mapped_column(default="USD", server_default="USD")
    exchange: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    free: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class PriceRule(Model):
    """One rule of a book; see `books.Rule`. Amounts are micro-credits."""

    __tablename__ = "pricing__rule"
    __table_args__ = (
        CheckConstraint(
            "amount >= 0 AND fixed >= 0 AND floor >= 0 AND percent >= -100 AND above >= 0", name="positive"
        ),
    )
    __protection__ = Protection(
        tenant="",
        also="book_id IN (SELECT b.id FROM pricing__book b)",
        services=(QUOTING,),
        write=f"book_id IN (SELECT id FROM pricing__book WHERE {ITS_OWN})",
    )
    __privacy__ = Privacy(public=("market", "category"))

    book_id: Mapped[UUID] = mapped_column(ForeignKey("pricing__book.id", ondelete="CASCADE"), primary_key=True)
    market: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    above: Mapped[int] = mapped_column(primary_key=True, default=0, server_default="0")
    amount: Mapped[int | None]
    percent: Mapped[Decimal] = mapped_column(Numeric(8, 4), default=Decimal(0), server_default="0")
    fixed: Mapped[int] = mapped_column(default=0, server_default="0")
    floor: Mapped[int] = mapped_column(default=0, server_default="0")
