"""The outbox of mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed

STATES = ("waiting", "sent", "failed", "kept")


class Mail(Identified, Model):
    """One mail to one person. `kept` is one that nobody sends, since no mail server is set.

    `content` holds subject, both bodies and the sender's name; after a month it is gone. `tenant_id` and `reseller_id` say
    for whom it was written, and `error` is a code of the mail server, without its words: those may name the recipient.
    """

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_mail_due", "due_at", postgresql_where="state = 'waiting'"),
        Index("ix_mail_full", "created_at", postgresql_where="content_sealed IS NOT NULL"),
    )
    # Tenants put mail in and never see it again: it holds links that let the recipient in.
    __protection__ = Protection(services=("mail",), insert_only_for_all=True)
    __privacy__ = Privacy(public=("kind", "state", "error"), personal=("recipient_sealed", "content_sealed"))

    tenant_id: Mapped[UUID | None]
    reseller_id: Mapped[UUID | None]
    kind: Mapped[str]
    state: Mapped[str]
    recipient_sealed: Mapped[bytes] = mapped_column(Encrypted)
    content_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    due_at: Mapped[datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[datetime | None]
    recipient = sealed(str)
    content = sealed(dict)


class MailTold(Model):
    """When the people of a workspace were last written to about what they hear of only every so often."""

    __tablename__ = "mail_told"
    __protection__ = Protection()
    __privacy__ = Privacy(public=("kind",))

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
