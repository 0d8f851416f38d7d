"""Accounts with a provider, their numbers, and the lane that sends for each number."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed


class ChannelAccount(TenantOwned, Model):
    """A tenant's account with a provider (a WhatsApp Business Account). `endpoint` is its webhook path.

    `webhook_at` is when its last webhook was dealt with, to the minute.
    """

    __tablename__ = "channel_account"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("channel", "external_id"),
        CheckConstraint("status IN ('active', 'blocked')", name="status"),
    )
    __protection__ = Protection(services=("lanes", "statuses", "intake", "cron"))
    __privacy__ = Privacy(
        public=("channel", "name", "external_id", "endpoint", "settings", "status", "status_reason"),
        secret=("credentials_sealed",),
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    channel: Mapped[str]
    name: Mapped[str]
    external_id: Mapped[str]
    endpoint: Mapped[str] = mapped_column(unique=True)
    credentials_sealed: Mapped[bytes] = mapped_column(Encrypted)
    credentials = sealed(dict)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    status_reason: Mapped[str] = mapped_column(default="", server_default="")
    webhook_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


# By which a number is found that its owner may write in any way.
DIGITS = r"regexp_replace(display, '\D', '', 'g')"


class ChannelNumber(TenantOwned, Model):
    """A sending number. `pace` is what the provider allows in messages a second; quality and tier are its words."""

    __tablename__ = "channel_number"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("account_id", "external_id"),
        ForeignKeyConstraint(["tenant_id", "account_id"], ["channel_account.tenant_id", "channel_account.id"]),
        Index("ix_channel_number_digits", text(DIGITS)),
        CheckConstraint("pace > 0", name="pace"),
    )
    __protection__ = Protection(services=("lanes", "statuses", "intake", "cron"))
    __privacy__ = Privacy(public=("external_id", "display", "name", "quality", "limit_tier", "status"))

    account_id: Mapped[UUID]
    external_id: Mapped[str]
    display: Mapped[str]
    name: Mapped[str] = mapped_column(default="", server_default="")
    pace: Mapped[int] = mapped_column(default=80, server_default="80")
    quality: Mapped[str] = mapped_column(default="UNKNOWN", server_default="UNKNOWN")
    limit_tier: Mapped[str] = mapped_column(default="", server_default="")
    status: Mapped[str] = mapped_column(default="CONNECTED", server_default="CONNECTED")
    synced_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Lane(Model):
    """Who sends for a number now. Only the holder of the newest `fence` may write results; `wake_at` asks for work."""

    __tablename__ = "lane"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "number_id"], ["channel_number.tenant_id", "channel_number.id"]),
        Index("ix_lane_wake", "wake_at"),
    )
    __protection__ = Protection(services=("lanes", "cron"))
    __privacy__ = Privacy(public=("owner", "stopped"))

    number_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    owner: Mapped[str] = mapped_column(default="", server_default="")
    fence: Mapped[int] = mapped_column(default=0, server_default="0")
    expires_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]
    stopped: Mapped[str] = mapped_column(default="", server_default="")


class WebhookRejection(Identified, Model):
    """A webhook, or a part of one, that we could not use: kept with its reason, never dropped in silence."""

    __tablename__ = "webhook_rejection"
    __table_args__ = (Index("ix_webhook_rejection_tenant", "tenant_id", "channel", "created_at"),)
    __protection__ = Protection(services=("statuses", "intake", "cron"))
    __privacy__ = Privacy(public=("channel", "reason", "kind"), personal=("body_sealed",))

    tenant_id: Mapped[UUID | None]
    channel: Mapped[str]
    reason: Mapped[str]
    kind: Mapped[str] = mapped_column(default="", server_default="")
    body_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    body = sealed(dict)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
