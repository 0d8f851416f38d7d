"""The table of data keys. A row with no tenant is a key of the platform's own rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection


class DataKey(Model):
    """A key that seals (`data`), finds (`index`) or proves (`audit`), wrapped by the key provider's key `kek_id`.

    `id` stands in the header of what it seals. Of each owner and purpose one is active; those before only open. A destroyed
    one has no `wrapped`, and its row stays, so that it can be told apart from one that was never known. There is no foreign key
    to the tenant: a first key is committed by itself, while the transaction that makes the tenant may still be open.
    """

    __tablename__ = "data_key"
    __table_args__ = (
        CheckConstraint("octet_length(id) = 4", name="id"),
        CheckConstraint("purpose IN ('data', 'index', 'audit')", name="purpose"),
        CheckConstraint("state IN ('active', 'opens_only', 'destroyed')", name="state"),
        CheckConstraint("(wrapped IS NULL) = (state = 'destroyed')", name="destroyed"),
        UniqueConstraint("tenant_id", "purpose", "version", postgresql_nulls_not_distinct=True),
        Index(
            "ix_data_key_active",
            "tenant_id",
            "purpose",
            unique=True,
            postgresql_where=text("state = 'active'"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    __protection__ = Protection(tenant="", services=("keys",))
    __privacy__ = Privacy(public=("id", "purpose", "state", "kek_id"), digest=("wrapped",))

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    tenant_id: Mapped[UUID | None]
    purpose: Mapped[str]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="active", server_default="active")
    kek_id: Mapped[str]
    wrapped: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    rotated_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]


class Reencryption(Identified, Model):
    """How far `aerostic keys reencrypt` has come in one column (`place` is `table.column`), for one tenant or (None) for all."""

    __tablename__ = "reencryption"
    __table_args__ = (UniqueConstraint("tenant_id", "place", postgresql_nulls_not_distinct=True),)
    __protection__ = Protection(tenant="", services=("keys",))
    __privacy__ = Privacy(public=("place",))

    tenant_id: Mapped[UUID | None]
    place: Mapped[str]
    after: Mapped[UUID | None]
    moved_at: Mapped[datetime]
