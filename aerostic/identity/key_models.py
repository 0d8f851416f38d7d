"""The table of API keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection


class ApiKey(TenantOwned, Model):
    """A key by which a program works in a tenant. Found by its prefix; of the secret there is only a digest.

    `permissions` are names of permissions, chosen when the key was made. It is good from the networks in `allowed`, or from
    everywhere when there are none, `per_minute` times a minute, or as often as any key. `last_used_at` is kept to the minute,
    `network` is where that came from. After a rotation the secret before is good until `old_until`; `version` counts what
    secrets it had.
    """

    __tablename__ = "api_key"
    __table_args__ = (UniqueConstraint("tenant_id", "id"),)
    __protection__ = Protection(services=("keys",))
    __privacy__ = Privacy(
        public=("prefix", "permissions", "allowed", "network"), searchable=("name",), digest=("digest", "old_digest")
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[bytes]
    permissions: Mapped[list[str]]
    allowed: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    per_minute: Mapped[int | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    network: Mapped[str] = mapped_column(default="", server_default="")
    old_digest: Mapped[bytes | None]
    old_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
