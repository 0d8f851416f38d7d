"""The tables of what starts by the clock, and of what starts for many contacts, a few at a time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.flows.models import SERVICES


class FlowSchedule(TenantOwned, Model):
    """A node of a published version that starts by the clock. `next_at` moves on in the transaction that notes what begins."""

    __tablename__ = "flow_schedule"
    __table_args__ = (
        UniqueConstraint("flow_id", "node"),
        ForeignKeyConstraint(["tenant_id", "flow_id"], ["flow.tenant_id", "flow.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "version_id"], ["flow_version.tenant_id", "flow_version.id"]),
        Index("ix_flow_schedule_due", "next_at"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("node", "timetable"))

    flow_id: Mapped[UUID]
    version_id: Mapped[UUID]
    node: Mapped[str]
    timetable: Mapped[dict[str, Any]]
    next_at: Mapped[datetime]


class FlowWave(TenantOwned, Model):
    """Runs that are to begin with one cause, a few at a time: for `contacts`, for those with the tag `tag_id`, or a single one.

    `place` is the contact with whom it has come so far. `next_at` is when it goes on: later, while a process is at it.
    """

    __tablename__ = "flow_wave"
    __table_args__ = (
        UniqueConstraint("flow_id", "node", "cause"),
        ForeignKeyConstraint(["tenant_id", "flow_id"], ["flow.tenant_id", "flow.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "version_id"], ["flow_version.tenant_id", "flow_version.id"]),
        Index("ix_flow_wave_tenant", "tenant_id", "id"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("node", "trigger", "chain", "contacts"))

    flow_id: Mapped[UUID]
    version_id: Mapped[UUID]
    node: Mapped[str]
    cause: Mapped[UUID]
    trigger: Mapped[dict[str, Any]]
    chain: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    contacts: Mapped[list[str] | None]
    tag_id: Mapped[UUID | None]
    place: Mapped[UUID | None]
    next_at: Mapped[datetime] = mapped_column(default=utcnow)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
