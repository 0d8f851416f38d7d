"""The tables of what flows may use up, and of what they have spent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.flows.models import SERVICES


class FlowLimit(Model):
    """The limits that a workspace has chosen; where it has chosen none, the platform's stand. Amounts are micro-credits."""

    __tablename__ = "flow_limit"
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy()

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    steps: Mapped[int | None]
    visits: Mapped[int | None]
    depth: Mapped[int | None]
    chain: Mapped[int | None]
    spend: Mapped[int | None]
    contact_spend: Mapped[int | None]
    tenant_spend: Mapped[int | None]
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


class FlowSpend(TenantOwned, Model):
    """What flows have spent in a day of the workspace's zone: for one contact, or, without one, for everybody. Micro-credits."""

    __tablename__ = "flow_spend"
    __table_args__ = (
        UniqueConstraint("tenant_id", "day", "contact_id", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
        Index("ix_flow_spend_contact", "contact_id"),
        Index("ix_flow_spend_day", "day"),
        {"postgresql_with": {"fillfactor": 70}},
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy()

    day: Mapped[date] = mapped_column(Date)
    contact_id: Mapped[UUID | None]
    amount: Mapped[int]
