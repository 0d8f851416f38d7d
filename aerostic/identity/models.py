"""The tables of identity."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed
from aerostic.tenancy.models import ROLES

MODES = ("system", "light", "dark")
DENSITIES = ("normal", "compact")


class User(Identified, Model):
    """A person who signs in. Found by the blind index of the address; a tenant sees its members only.

    An empty `zone` or `locale` is that of the workspace, the brand, the browser.
    """

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("staff IN ('', 'reseller', 'platform')", name="staff"),
        CheckConstraint(f"mode IN {MODES}", name="mode"),
        CheckConstraint(f"density IN {DENSITIES}", name="density"),
    )
    __protection__ = Protection(
        tenant="",
        also="id IN (SELECT user_id FROM member WHERE member.tenant_id = {tenant}) OR reseller_id = {reseller}",
        services=("sign-in",),
    )
    __privacy__ = Privacy(
        public=("staff", "zone", "locale", "mode", "density"),
        searchable=("name",),
        personal=("email_sealed",),
        digest=("email_index", "password_hash"),
    )

    email_sealed: Mapped[bytes] = mapped_column(Encrypted)
    email_index: Mapped[bytes] = mapped_column(unique=True)
    email = sealed(str)
    name: Mapped[str]
    password_hash: Mapped[str]
    staff: Mapped[str] = mapped_column(default="", server_default="")
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    zone: Mapped[str] = mapped_column(default="", server_default="")
    locale: Mapped[str] = mapped_column(default="", server_default="")
    mode: Mapped[str] = mapped_column(default="system", server_default="system")
    density: Mapped[str] = mapped_column(default="normal", server_default="normal")
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Invitation(TenantOwned, Model):
    """Somebody is asked to join a workspace, by a link that is good once. Of its secret there is only a digest."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        Index(
            "ix_invitation_open",
            "tenant_id",
            "email_index",
            unique=True,
            postgresql_where="accepted_at IS NULL AND revoked_at IS NULL",
        ),
    )
    __protection__ = Protection(services=("sign-in",))
    __privacy__ = Privacy(public=("role",), personal=("email_sealed",), digest=("email_index", "digest"))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    email_sealed: Mapped[bytes] = mapped_column(Encrypted)
    email_index: Mapped[bytes]
    email = sealed(str)
    role: Mapped[str]
    digest: Mapped[bytes] = mapped_column(unique=True)
    invited_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PasswordReset(Identified, Model):
    """Somebody may choose a new password, by a link that is good once. Asking again replaces it."""

    __tablename__ = "password_reset"
    __protection__ = Protection(tenant="", services=("sign-in",))
    __privacy__ = Privacy(digest=("digest",))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), unique=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
