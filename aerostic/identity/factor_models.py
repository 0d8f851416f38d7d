"""The tables of what people have beside a password: an app that shows codes, recovery codes, and passkeys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed


class Authenticator(Identified, Model):
    """An app that shows codes (RFC 6238). It counts once its first code was typed in.

    `last_step` is the time step of the last code that was used: neither that one nor an older one is good again.
    """

    __tablename__ = "authenticator"
    __protection__ = Protection(tenant="", services=("sign-in",))
    __privacy__ = Privacy(secret=("seed_sealed",))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), unique=True)
    seed_sealed: Mapped[bytes] = mapped_column(Encrypted)
    seed = sealed(str)
    last_step: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Identified, Model):
    """A code that is good once in place of the app. Of its text there is only a keyed digest."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)
    __protection__ = Protection(tenant="", services=("sign-in",))
    __privacy__ = Privacy(digest=("digest",))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[bytes]


class Passkey(Identified, Model):
    """What a device or password manager keeps for one host, which browsers show to that host only.

    `sign_count` is how often it was used, as it says itself; 0 where it does not count.
    """

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_user", "user_id"),)
    __protection__ = Protection(tenant="", services=("sign-in",))
    __privacy__ = Privacy(public=("host", "public_key"), searchable=("name", "credential_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    host: Mapped[str]
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    used_at: Mapped[datetime | None]
