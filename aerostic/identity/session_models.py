"""The table of sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

# By what somebody got in; the later ones are beyond a password.
FACTORS = ("password", "totp", "recovery", "passkey")


class UserSession(Identified, Model):
    """Somebody is signed in somewhere, or `waiting`: on the way there, with the second step to be done.

    `device` is in words, `address` a network, `seen_at` kept to the minute.
    """

    __tablename__ = "user_session"
    __table_args__ = (CheckConstraint(f"factor IN {FACTORS}", name="factor"), Index("ix_user_session_user", "user_id"))
    __protection__ = Protection(tenant="", services=("sign-in",))
    __privacy__ = Privacy(public=("factor",), searchable=("device", "address"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    factor: Mapped[str]
    waiting: Mapped[bool] = mapped_column(default=False, server_default="false")
    device: Mapped[str]
    address: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)
