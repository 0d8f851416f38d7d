"""The tables of the audit chain. A row with no tenant belongs to the platform's chain."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Computed, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

SERVICES = ("audit",)


class AuditPending(Identified, Model):
    """An act that is committed and waits, for a second at most, for the sealer to give it its place in the chain.

    `ticket` is keyed: a row that somebody else wrote is not sealed as if it were ours.
    """

    __tablename__ = "audit_pending"
    __table_args__ = (Index("ix_audit_pending_chain", "tenant_id", "position"),)
    __protection__ = Protection(services=SERVICES, insert_only_for_all=True)
    __privacy__ = Privacy(searchable=("body",), digest=("ticket",))

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    tenant_id: Mapped[UUID | None]
    body: Mapped[str]
    ticket: Mapped[bytes]


class AuditEntry(Identified, Model):
    """One act in its place. `mac` covers `previous`, chain, `seq`, `id` and `body`; what is looked for is generated from `body`,
    so that it cannot say anything else. The application's role can neither change nor delete one.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("tenant_id", "seq", postgresql_nulls_not_distinct=True),
        Index("ix_audit_entry_tenant_id", "tenant_id", "id"),
        Index("ix_audit_entry_actor", "tenant_id", "actor", "id"),
        Index("ix_audit_entry_area", "tenant_id", "area", "id"),
        Index("ix_audit_entry_target", "tenant_id", "target", "id"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("key_id", "area"), searchable=("body", "actor", "target"), digest=("previous", "mac"))

    tenant_id: Mapped[UUID | None]
    seq: Mapped[int]
    key_id: Mapped[str]
    previous: Mapped[bytes]
    mac: Mapped[bytes]
    body: Mapped[str]
    sealed_at: Mapped[datetime] = mapped_column(default=utcnow)
    actor: Mapped[str] = mapped_column(Computed("((body)::jsonb ->> 'actor'::text)", persisted=True))
    area: Mapped[str] = mapped_column(
        Computed("split_part(((body)::jsonb ->> 'action'::text), '.'::text, 1)", persisted=True)
    )
    target: Mapped[str] = mapped_column(Computed("((body)::jsonb ->> 'target'::text)", persisted=True))


class AuditHead(Identified, Model):
    """The newest entry of a chain. Whoever adds one holds this row, so that a chain never forks."""

    __tablename__ = "audit_head"
    __table_args__ = (UniqueConstraint("tenant_id", postgresql_nulls_not_distinct=True),)
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(digest=("mac",))

    tenant_id: Mapped[UUID | None]
    seq: Mapped[int]
    mac: Mapped[bytes]


class AuditCheckpoint(Identified, Model):
    """A signed statement of where a chain stood. `body` is the exact text that was signed; copies of it left the database."""

    __tablename__ = "audit_checkpoint"
    __table_args__ = (UniqueConstraint("tenant_id", "seq", postgresql_nulls_not_distinct=True),)
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("body",), digest=("signature",))

    tenant_id: Mapped[UUID | None]
    seq: Mapped[int]
    body: Mapped[str]
    signature: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
