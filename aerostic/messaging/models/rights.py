"""Persons who were erased, and how long a tenant keeps what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed


class ContactErasure(TenantOwned, Model):
    """A person who was erased: the digest of the phone keeps an import that had begun before from bringing them back.

    `sought` is by what their traces in files and webhooks are known; it is gone as soon as those have been looked through,
    and the row itself after a month.
    """

    __tablename__ = "contact_erasure"
    __table_args__ = (
        Index("ix_contact_erasure_phone", "tenant_id", "phone_index"),
        Index("ix_contact_erasure_at", "tenant_id", "erased_at"),
    )
    __protection__ = Protection(services=("cron",))
    __privacy__ = Privacy(personal=("sought_sealed",), digest=("phone_index",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    contact_id: Mapped[UUID]
    phone_index: Mapped[bytes | None]
    sought_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    sought = sealed(dict)
    erased_at: Mapped[datetime] = mapped_column(default=utcnow)


class RetentionRule(Model):
    """How many days a tenant keeps one kind of data; None for ever. Kinds without a row are kept as the platform has it.

    `place` is where the nightly job has come to, as its kind understands it.
    """

    __tablename__ = "retention_rule"
    __table_args__ = (CheckConstraint("days > 0", name="days"),)
    __protection__ = Protection(services=("cron",))
    __privacy__ = Privacy(public=("kind", "place"))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int | None]
    place: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)
