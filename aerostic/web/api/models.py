"""The table of requests that were answered, so that one which is sent again is answered alike."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed


class ApiRequest(TenantOwned, Model):
    """A request that came with an Idempotency-Key (`name`) and was done. `digest` is of all that it asked."""

    __tablename__ = "api_request"
    __table_args__ = (
        UniqueConstraint("key_id", "name"),
        ForeignKeyConstraint(["tenant_id", "key_id"], ["api_key.tenant_id", "api_key.id"], ondelete="CASCADE"),
        Index("ix_api_request_created", "created_at"),
    )
    __protection__ = Protection(services=("cron",))
    __privacy__ = Privacy(public=("name",), personal=("body_sealed",), digest=("digest",))

    key_id: Mapped[UUID]
    name: Mapped[str]
    digest: Mapped[bytes]
    status: Mapped[int] = mapped_column(SmallInteger)
    body_sealed: Mapped[bytes] = mapped_column(Encrypted)
    body = sealed(dict)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
