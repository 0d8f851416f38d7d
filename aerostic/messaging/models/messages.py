"""Conversations and messages, out and in, and the batches that outbound ones are planned in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed

BATCH_STATES = ("running", "paused", "cancelled", "finished")
STATES = ("planned", "sending", "accepted", "failed", "unknown", "cancelled", "received")
STATUSES = ("", "sent", "failed", "delivered", "read")


class Conversation(TenantOwned, Model):
    """What one contact and one number say to each other. Free-form replies are allowed until `window_until`.

    `handled_by` says who answers: bots, or a person (`handled_by_user`, since `handled_at`), and then bots keep silent.
    `unanswered_since` is the time of the first message nobody has answered. `last_message_at` leaves campaigns out.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "number_id", "contact_id"),
        ForeignKeyConstraint(["tenant_id", "number_id"], ["channel_number.tenant_id", "channel_number.id"]),
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
        Index("ix_conversation_latest", "tenant_id", "last_message_at", "id"),
        Index(
            "ix_conversation_unanswered",
            "tenant_id",
            "last_message_at",
            "id",
            postgresql_where="unanswered_since IS NOT NULL",
        ),
        Index("ix_conversation_person", "tenant_id", "last_message_at", "id", postgresql_where="handled_by = 'person'"),
        CheckConstraint("handled_by IN ('bot', 'person')", name="handled_by"),
    )
    __protection__ = Protection(services=("statuses",))
    __privacy__ = Privacy(public=("handled_by",))

    number_id: Mapped[UUID]
    contact_id: Mapped[UUID]
    window_until: Mapped[datetime | None]
    last_message_at: Mapped[datetime | None]
    handled_by: Mapped[str] = mapped_column(default="bot", server_default="bot")
    handled_by_user: Mapped[UUID | None]
    handled_at: Mapped[datetime | None]
    unanswered_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Batch(TenantOwned, Model):
    """Outbound messages that are planned, paced, paused and paid together: a campaign's, seen from the lane.

    `source` and `source_id` name the plugin and its row. `unknown_policy` says what becomes of messages whose fate is
    unknown after the grace time: `leave` them, or `retry` once more (for messages that must arrive).
    """

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "source", "source_id"),
        ForeignKeyConstraint(["tenant_id", "number_id"], ["channel_number.tenant_id", "channel_number.id"]),
        Index("ix_batch_open", "number_id", postgresql_where="state = 'running'"),
        CheckConstraint(f"state IN {BATCH_STATES}", name="state"),
        CheckConstraint("unknown_policy IN ('leave', 'retry')", name="unknown_policy"),
    )
    __protection__ = Protection(services=("lanes", "statuses", "events", "cron"))
    __privacy__ = Privacy(public=("source", "state", "reason", "unknown_policy"))

    number_id: Mapped[UUID]
    source: Mapped[str]
    source_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default="running", server_default="running")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    unknown_policy: Mapped[str] = mapped_column(default="leave", server_default="leave")
    hold_id: Mapped[UUID | None]
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    finished_at: Mapped[datetime | None]


class Message(TenantOwned, Model):
    """One message. `state` is how far we are with sending it, `status` what the provider says became of it.

    Outbound: planned -> sending -> accepted | failed | unknown, or cancelled; `sending` is committed before the request
    leaves. `content` is what the channel needs to send it (or what came in), sealed; None once it
    was forgotten, and from then on nothing of a person may be written into the row. `provider_index` finds it by the
    provider's id. `priority` 0 is authentication, 1 replies, 5 campaigns.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("tenant_id", "idempotency_key"),
        UniqueConstraint("tenant_id", "provider_index"),
        ForeignKeyConstraint(["tenant_id", "number_id"], ["channel_number.tenant_id", "channel_number.id"]),
        ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"]),
        ForeignKeyConstraint(["tenant_id", "conversation_id"], ["conversation.tenant_id", "conversation.id"]),
        ForeignKeyConstraint(["tenant_id", "batch_id"], ["batch.tenant_id", "batch.id"]),
        Index("ix_message_batch_planned", "batch_id", "id", postgresql_where="state = 'planned'"),
        Index(
            "ix_message_single_planned",
            "number_id",
            "priority",
            "id",
            postgresql_where="state = 'planned' AND batch_id IS NULL",
        ),
        Index("ix_message_in_doubt", "number_id", postgresql_where="state IN ('sending', 'unknown')"),
        Index("ix_message_batch", "batch_id", "state", "status"),
        Index("ix_message_conversation", "conversation_id", "created_at", "id"),
        Index("ix_message_created", "tenant_id", "created_at"),
        # In the order people saw them: of what we send, when it left.
        Index("ix_message_contact", "tenant_id", "contact_id", text("coalesce(sending_at, created_at)"), "id"),
        Index(
            "ix_message_single",
            "number_id",
            "created_at",
            postgresql_where="batch_id IS NULL AND direction = 'out'",
        ),
        CheckConstraint("direction IN ('out', 'in')", name="direction"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        {"postgresql_with": {"fillfactor": 70}},
    )
    __protection__ = Protection(services=("lanes", "statuses", "events", "cron"))
    __privacy__ = Privacy(
        public=("direction", "source", "idempotency_key", "category", "kind", "state", "status", "error", "details"),
        personal=("content_sealed", "provider_id_sealed"),
        digest=("provider_index",),
    )

    number_id: Mapped[UUID]
    contact_id: Mapped[UUID | None]
    conversation_id: Mapped[UUID | None]
    batch_id: Mapped[UUID | None]
    direction: Mapped[str] = mapped_column(default="out", server_default="out")
    source: Mapped[str]
    idempotency_key: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger, default=5, server_default="5")
    category: Mapped[str] = mapped_column(default="", server_default="")
    kind: Mapped[str]
    content_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    content = sealed(dict)
    state: Mapped[str] = mapped_column(default="planned", server_default="planned")
    attempt: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    not_before: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0, server_default="0")
    provider_id_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    provider_index: Mapped[bytes | None]
    provider_id = sealed(str)
    status: Mapped[str] = mapped_column(default="", server_default="")
    error_code: Mapped[int | None]
    error: Mapped[str] = mapped_column(default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    sending_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
