"""The tables of flows: what was drawn, what was published, what starts it, and what ran."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed

SERVICES = ("flows",)
STATES = ("ready", "waiting", "calling", "outside", "unknown", "ended", "failed", "stopped", "cancelled")
OPEN = ("ready", "waiting", "calling", "outside", "unknown")


class Flow(TenantOwned, Model):
    """A flow as it is being drawn. `revision` counts every change of the draft, so that nobody overwrites one unseen."""

    __tablename__ = "flow"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), Index("ix_flow_name", "tenant_id", "name", "id"))
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("name", "draft"))

    name: Mapped[str]
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    published_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)


class FlowVersion(TenantOwned, Model):
    """A flow as it was published. Never changed: a run keeps the version that it began with."""

    __tablename__ = "flow_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("flow_id", "number"),
        ForeignKeyConstraint(["tenant_id", "flow_id"], ["flow.tenant_id", "flow.id"], ondelete="CASCADE"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("document", "note"))

    flow_id: Mapped[UUID]
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="", server_default="")
    published_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class FlowTrigger(Model):
    """A node of a published version that starts runs, by the event it listens to."""

    __tablename__ = "flow_trigger"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "flow_id"], ["flow.tenant_id", "flow.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tenant_id", "version_id"], ["flow_version.tenant_id", "flow_version.id"]),
        Index("ix_flow_trigger_event", "tenant_id", "event"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("node", "event"))

    flow_id: Mapped[UUID] = mapped_column(primary_key=True)
    node: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    version_id: Mapped[UUID]


class FlowRun(TenantOwned, Model):
    """One run. Its id is made of what caused it, so that the same cause never starts it twice.

    `going` is what is needed to go on; gone once the run is over. `journal` holds the steps of the last
    stretch; those before it are in `flow_stretch`. `wake_at` is when it goes on by itself; `awaits` the event that it waits for.
    """

    __tablename__ = "flow_run"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id", "version_id"], ["flow_version.tenant_id", "flow_version.id"]),
        Index("ix_flow_run_flow", "flow_id", "id"),
        Index("ix_flow_run_due", "wake_at", postgresql_where="wake_at IS NOT NULL"),
        Index(
            "ix_flow_run_conversation",
            "tenant_id",
            "conversation_id",
            postgresql_where="state IN ('ready', 'waiting', 'calling', 'outside', 'unknown') AND conversation_id IS NOT NULL",
        ),
        Index(
            "ix_flow_run_unspoken",
            "tenant_id",
            "contact_id",
            postgresql_where="state IN ('ready', 'waiting', 'calling', 'outside', 'unknown')"
            " AND conversation_id IS NULL AND contact_id IS NOT NULL",
        ),
        Index("ix_flow_run_parent", "parent_id", postgresql_where="parent_id IS NOT NULL"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("state", "reason", "awaits"), personal=("going_sealed", "journal_sealed"))

    flow_id: Mapped[UUID]
    version_id: Mapped[UUID]
    contact_id: Mapped[UUID | None]
    conversation_id: Mapped[UUID | None]
    parent_id: Mapped[UUID | None]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    going_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    going = sealed(dict)
    journal_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    journal = sealed(list)
    awaits: Mapped[str] = mapped_column(default="", server_default="")
    wake_at: Mapped[datetime | None]
    steps: Mapped[int] = mapped_column(default=0, server_default="0")
    stretch: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    started_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]


class FlowStretch(TenantOwned, Model):
    """The steps of a run between two waits."""

    __tablename__ = "flow_stretch"
    __table_args__ = (
        UniqueConstraint("run_id", "number"),
        ForeignKeyConstraint(["tenant_id", "run_id"], ["flow_run.tenant_id", "flow_run.id"], ondelete="CASCADE"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(personal=("journal_sealed",))

    run_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    journal_sealed: Mapped[bytes] = mapped_column(Encrypted)
    journal = sealed(list)


class FlowHeard(TenantOwned, Model):
    """An event that a run was begun with or went on with, by the event's id: when it comes again, nothing follows."""

    __tablename__ = "flow_heard"
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy()

    created_at: Mapped[datetime] = mapped_column(default=utcnow)
