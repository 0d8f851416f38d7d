"""The tables of tenancy."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed

SERVICES = ("lanes", "statuses", "relay", "events", "cron", "intake")
ROLES = ("owner", "admin", "marketer", "agent", "viewer")


class Reseller(Identified, Model):
    """Who runs the platform under an own brand and hands credits to tenants.

    Its staff's allocations of more than `approval_above` micro-credits wait for a second person; None is the platform's limit.
    With `second_step`, its console opens only to who signed in with more than a password.
    """

    __tablename__ = "reseller"
    __protection__ = Protection(tenant="", also="id = {reseller}", services=("brands",))
    __privacy__ = Privacy(public=("name", "slug", "status"))

    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    approval_above: Mapped[int | None]
    second_step: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Tenant(Identified, Model):
    """A business: shop, clinic, school. `version` changes with anything that is cached about it.

    Its people are told when its wallet falls below `low_balance` micro-credits; `low_told_at` is when, until it is above again.
    With `second_step`, it opens only to who signed in with more than a password. Since `erased_at` its data keys are gone.
    """

    __tablename__ = "tenant"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'suspended')", name="status"),
        CheckConstraint("erased_at IS NULL OR status = 'suspended'", name="erased"),
    )
    __protection__ = Protection(tenant="id", also="reseller_id = {reseller}", services=(*SERVICES, "sign-in"))
    __privacy__ = Privacy(public=("name", "slug", "zone", "country", "currency", "status"))

    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    country: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str] = mapped_column(default="USD", server_default="USD")
    low_balance: Mapped[int | None]
    low_told_at: Mapped[datetime | None]
    second_step: Mapped[bool] = mapped_column(default=False, server_default="false")
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    erased_at: Mapped[datetime | None]


class TenantPlugin(TenantOwned, Model):
    """A tenant's choice about one plugin, and its settings there."""

    __tablename__ = "tenant_plugin"
    __table_args__ = (UniqueConstraint("tenant_id", "plugin"),)
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("plugin", "settings"), secret=("secrets_sealed",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    plugin: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True, server_default="true")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    secrets_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    secrets = sealed(dict)


class Member(TenantOwned, Model):
    """A person's role in a tenant."""

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("tenant_id", "user_id"),
        Index("ix_member_user", "user_id"),
        CheckConstraint(f"role IN {ROLES}", name="role"),
    )
    __protection__ = Protection(services=("sign-in",))
    __privacy__ = Privacy(public=("role",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    user_id: Mapped[UUID]
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Host(Identified, Model):
    """A host name a reseller's tenants use. Only verified ones are served: whoever controls its DNS has put `proof` there.

    `trouble` says why the last look, at `checked_at`, did not find it.
    """

    __tablename__ = "host"
    __table_args__ = (
        UniqueConstraint("reseller_id", "name"),
        # A name that is not proven is nobody's: naming somebody else's must not keep them from it.
        Index("ix_host_served", "name", unique=True, postgresql_where=text("verified_at IS NOT NULL")),
    )
    __protection__ = Protection(tenant="", also="reseller_id = {reseller}", services=("hosts", "brands"))
    __privacy__ = Privacy(public=("name", "proof", "trouble"))

    name: Mapped[str]
    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("reseller.id"))
    proof: Mapped[str] = mapped_column(default="", server_default="")
    verified_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="", server_default="")
