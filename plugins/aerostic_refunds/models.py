"""The table of policies. A version is never changed: what was charged under it keeps it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.sdk import Model, Privacy, Protection, new_id, utcnow

SETTLING = "refunds"


class RefundPolicy(Model):
    """Which failures keep their price, from a moment on, until the owner's next: of a tenant, a reseller's, or everybody.

    `kept` are the provider's error codes of those failures.
    """

    __tablename__ = "refunds__policy"
    __table_args__ = (
        UniqueConstraint("for_reseller_id", "for_tenant_id", "effective_at", postgresql_nulls_not_distinct=True),
        CheckConstraint("for_reseller_id IS NULL OR for_tenant_id IS NULL", name="one_owner"),
    )
    __protection__ = Protection(
        tenant="",
        also="for_reseller_id = {reseller} OR for_tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})",
        services=(SETTLING,),
    )
    __privacy__ = Privacy(public=("kept", "note"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    for_reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    for_tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.id"))
    effective_at: Mapped[datetime]
    kept: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
