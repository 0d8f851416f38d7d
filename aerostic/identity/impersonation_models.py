"""The table of staff at work in somebody else's workspace."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection


class Impersonation(TenantOwned, Model):
    """Somebody of the staff works in a workspace, until `ends_at` at the latest, and no longer than their own session.

    It is opened at `host` alone, once, by a link of whose secret `digest` is the digest. Its reason stands in the audit log,
    and `name` is what its workspace is shown of the person.
    """

    __tablename__ = "impersonation"
    __table_args__ = (
        Index("ix_impersonation_open", "ends_at", postgresql_where="ended_at IS NULL"),
        Index("ix_impersonation_tenant", "tenant_id"),
    )
    # Only the platform's own code writes it.
    __protection__ = Protection(services=("sign-in",), write="false")
    __privacy__ = Privacy(public=("host",), searchable=("name",), digest=("digest",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    session_id: Mapped[UUID]
    name: Mapped[str]
    host: Mapped[str]
    digest: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    ends_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
