"""The tables of identity."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed


class User(Identified, Model):
    """A person who signs in. Found by the blind index of the address; a tenant sees its members only."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("staff IN ('', 'reseller', 'platform')", name="staff"),
        CheckConstraint("mode IN ('system', 'light', 'dark')", name="mode"),
    )
    __protection__ = Protection(
        tenant="",
        also="id IN (SELECT user_id FROM member WHERE member.tenant_id = {tenant}) OR reseller_id = {reseller}",
        services=("sign-in",),
    )

    email_sealed: Mapped[bytes] = mapped_column(Encrypted)
    email_index: Mapped[bytes] = mapped_column(unique=True)
    email = sealed(str)
    name: Mapped[str]
    password_hash: Mapped[str]
    staff: Mapped[str] = mapped_column(default="", server_default="")
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller.id"))
    zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    locale: Mapped[str] = mapped_column(default="en", server_default="en")
    mode: Mapped[str] = mapped_column(default="system", server_default="system")
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    session_version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
