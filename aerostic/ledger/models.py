"""The tables of the ledger. Transfers and entries are never changed: the application's role has no right to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

SERVICES = ("lanes", "statuses", "events", "cron")
OWNED = Protection(
    also="reseller_id = {reseller} OR tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})",
    services=SERVICES,
)


class LedgerAccount(Identified, Model):
    """Money of one owner for one purpose in one currency.

    Its balance is kept with it and equals the sum of its entries. `floor` is the least it may be (None: no limit, for
    accounts that stand for the outside world). `version` counts its entries.
    """

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("tenant_id", "reseller_id", "purpose", "currency", postgresql_nulls_not_distinct=True),
        CheckConstraint("floor IS NULL OR balance >= floor", name="floor"),
        CheckConstraint(
            "purpose IN ('wallet', 'held', 'revenue', 'margin', 'cost', 'bonus', 'outside')", name="purpose"
        ),
        {"postgresql_with": {"fillfactor": 70}},
    )
    __protection__ = OWNED
    __privacy__ = Privacy(public=("purpose", "currency"))

    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    purpose: Mapped[str]
    currency: Mapped[str]
    balance: Mapped[int] = mapped_column(default=0, server_default="0")
    floor: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class LedgerHold(Identified, Model):
    """An amount set aside for later charges.

    `assigned` is the part that charges speak for, and each of them ends in `captured` or `released`. Once closed, all of the
    amount is.
    """

    __tablename__ = "ledger_hold"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        CheckConstraint("amount > 0 AND captured >= 0 AND released >= 0", name="positive"),
        CheckConstraint("captured + released <= assigned AND assigned <= amount", name="within"),
        Index("ix_ledger_hold_expires_at", "expires_at", postgresql_where="closed_at IS NULL"),
        Index("ix_ledger_hold_open", "tenant_id", "created_at", postgresql_where="captured + released < amount"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("key",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    key: Mapped[str]
    wallet_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"))
    held_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"))
    amount: Mapped[int]
    assigned: Mapped[int] = mapped_column(default=0, server_default="0")
    captured: Mapped[int] = mapped_column(default=0, server_default="0")
    released: Mapped[int] = mapped_column(default=0, server_default="0")
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class LedgerTransfer(Identified, Model):
    """One movement between two accounts. `key` makes it happen once; `reverses` points at what it undoes."""

    __tablename__ = "ledger_transfer"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key", postgresql_nulls_not_distinct=True),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("source_id <> target_id", name="two_accounts"),
        Index("ix_ledger_transfer_subject", "tenant_id", "subject_id"),
    )
    __protection__ = Protection(
        also="tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller}) OR (tenant_id IS NULL"
        " AND EXISTS (SELECT FROM ledger_account a WHERE a.id IN (source_id, target_id) AND a.reseller_id = {reseller}))",
        services=SERVICES,
    )
    __privacy__ = Privacy(public=("key", "kind"), searchable=("note",))

    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.id"))
    key: Mapped[str]
    kind: Mapped[str]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"))
    amount: Mapped[int]
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_hold.id"))
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_transfer.id"), unique=True)
    subject_id: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class LedgerEntry(Model):
    """One side of a transfer on one account. `version` has no gaps within an account: a gap is tampering.

    `tenant_id` is the account's, so that row-level security needs no look at the account.
    """

    __tablename__ = "ledger_entry"
    __protection__ = Protection(also="account_id IN (SELECT a.id FROM ledger_account a)", services=SERVICES)
    __privacy__ = Privacy()

    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID | None]
    transfer_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_transfer.id"), index=True)
    amount: Mapped[int]
    balance_after: Mapped[int]
