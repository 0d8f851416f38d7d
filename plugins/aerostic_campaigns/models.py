"""The tables of campaigns: the campaign, and the people it was frozen for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.sdk import Model, Privacy, Protection, TenantOwned, utcnow

STATES = ("draft", "scheduled", "launching", "running", "paused", "finished", "cancelled", "stopped")


class Campaign(TenantOwned, Model):
    """A template for an audience, sent from one number.

    draft -> scheduled -> launching -> running <-> paused -> finished, or cancelled by a person, or stopped by us;
    `reason` says why it is paused or stopped. A draft may still lack number and template. `audience` is an
    `AudienceSpec` as JSON, `variables` says what fills the template's places (see variables.py). While it is scheduled,
    `agreed` keeps how many messages go to each market, and what one cost when it was scheduled. While it is launched,
    `prices` keeps what each market costs, so that hold and charges agree; `holds` are where its money was set aside, one
    more for each retry. `forgotten` counts, by verdict, people without a message of whom nothing is kept any more. Amounts are
    micro-credits.
    """

    __tablename__ = "campaigns__campaign"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id", "number_id"], ["channel_number.tenant_id", "channel_number.id"]),
        ForeignKeyConstraint(["tenant_id", "template_id"], ["template.tenant_id", "template.id"]),
        ForeignKeyConstraint(["tenant_id", "batch_id"], ["batch.tenant_id", "batch.id"]),
        Index("ix_campaigns__campaign_list", "tenant_id", "created_at", "id"),
        Index("ix_campaigns__campaign_due", "scheduled_at", postgresql_where="state = 'scheduled'"),
        Index("ix_campaigns__campaign_open", "state", postgresql_where="state IN ('launching', 'running')"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("unknown_policy IN ('leave', 'retry')", name="unknown_policy"),
        CheckConstraint("state <> 'scheduled' OR scheduled_at IS NOT NULL", name="scheduled"),
        CheckConstraint("state IN ('draft', 'cancelled') OR number_id IS NOT NULL", name="number"),
        CheckConstraint("state IN ('draft', 'cancelled') OR template_id IS NOT NULL", name="template"),
    )
    __protection__ = Protection(services=("events", "cron"))
    __privacy__ = Privacy(
        public=(
            "name",
            "unknown_policy",
            "state",
            "reason",
            "zone",
            "category",
            "agreed",
            "prices",
            "holds",
            "forgotten",
        ),
        searchable=("audience", "variables"),
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str]
    number_id: Mapped[UUID | None]
    template_id: Mapped[UUID | None]
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    variables: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    unknown_policy: Mapped[str] = mapped_column(default="leave", server_default="leave")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    scheduled_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    batch_id: Mapped[UUID | None]
    category: Mapped[str] = mapped_column(default="", server_default="")
    agreed: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    prices: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    holds: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    forgotten: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    recipients: Mapped[int] = mapped_column(default=0, server_default="0")
    cost: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    frozen_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Recipient(Model):
    """A person of a frozen audience who has no message: one that still has to be planned, or one with a verdict.

    Planning replaces the row by a message in the same transaction, so what is left is what is left to do.
    """

    __tablename__ = "campaigns__recipient"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["campaigns__campaign.tenant_id", "campaigns__campaign.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
        Index("ix_campaigns__recipient_verdict", "campaign_id", "verdict", "contact_id"),
        Index("ix_campaigns__recipient_contact", "tenant_id", "contact_id"),
    )
    __protection__ = Protection(services=("events", "cron"))
    __privacy__ = Privacy(public=("market", "verdict", "detail"))

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    market: Mapped[str] = mapped_column(default="", server_default="")
    verdict: Mapped[str] = mapped_column(default="", server_default="")
    detail: Mapped[str] = mapped_column(default="", server_default="")


class Reply(Model):
    """The recipient of a campaign's message wrote back within the time that counts; once a message."""

    __tablename__ = "campaigns__reply"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["campaigns__campaign.tenant_id", "campaigns__campaign.id"],
            ondelete="CASCADE",
        ),
        Index("ix_campaigns__reply_campaign", "campaign_id", "replied_at"),
    )
    __protection__ = Protection(services=("events", "cron"))
    __privacy__ = Privacy()

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    campaign_id: Mapped[UUID]
    tenant_id: Mapped[UUID]
    replied_at: Mapped[datetime]


class Snapshot(Model):
    """The results of a campaign as they were at one moment, so that many may look while few count.

    `took` is how long the counting took, in milliseconds; `results` is results.Results as JSON.
    """

    __tablename__ = "campaigns__snapshot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["campaigns__campaign.tenant_id", "campaigns__campaign.id"],
            ondelete="CASCADE",
        ),
        Index("ix_campaigns__snapshot_taken", "taken_at"),
    )
    __protection__ = Protection(services=("events", "cron"))
    __privacy__ = Privacy(public=("results",))

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    taken_at: Mapped[datetime]
    took: Mapped[int]
    results: Mapped[dict[str, Any]]


class Check(Model):
    """The pre-flight of a campaign, run in the background: how far it is, then its report (preflight.Report as JSON).

    `subject` is a fingerprint of what was checked: a change of the campaign makes the report worthless. `heard_at` is
    when whoever runs it was heard of last.
    """

    __tablename__ = "campaigns__check"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["campaigns__campaign.tenant_id", "campaigns__campaign.id"],
            ondelete="CASCADE",
        ),
    )
    __protection__ = Protection(services=("cron",))
    __privacy__ = Privacy(public=("subject", "error", "report"))

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    subject: Mapped[str]
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str] = mapped_column(default="", server_default="")
    report: Mapped[dict[str, Any] | None]
    heard_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
