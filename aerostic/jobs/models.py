"""The table of work: what takes longer than a request, and how far it has come."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.security.columns import Encrypted, sealed

STATES = ("queued", "running", "done", "failed", "cancelled")
OPEN = ("queued", "running")


class Work(TenantOwned, Model):
    """A piece of work that a person asked for. It goes on in steps, each in one transaction with the place it reached.

    `options` say what is wanted, as its kind understands them, sealed, since people search by phone and address; `place` is
    where the next step begins. `key` makes asking twice count once. `result` names a file that came of it, and `moved_at` when
    it was last heard of.
    """

    __tablename__ = "work"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_work_tenant", "tenant_id", "id"),
        Index("ix_work_open", "moved_at", postgresql_where="state IN ('queued', 'running')"),
    )
    __protection__ = Protection(services=("cron",))
    __privacy__ = Privacy(public=("kind", "key", "state", "place", "result", "error"), personal=("options_sealed",))

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    user_id: Mapped[UUID | None]
    kind: Mapped[str]
    key: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="queued", server_default="queued")
    options_sealed: Mapped[bytes] = mapped_column(Encrypted)
    options = sealed(dict)
    place: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    result: Mapped[str] = mapped_column(default="", server_default="")
    error: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    moved_at: Mapped[datetime] = mapped_column(default=utcnow)
    finished_at: Mapped[datetime | None]

    @property
    def open(self) -> bool:
        """Whether it has not come to an end."""
        return self.state in OPEN
