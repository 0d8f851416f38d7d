"""The tables of webhooks: their addresses, and what was called with a key already."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model, TenantOwned, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.flows.models import SERVICES
from aerostic.security.columns import Encrypted, sealed


class FlowHook(TenantOwned, Model):
    """The address of a node that other systems call. It stays when the flow is published again.

    `secrets` holds what callers prove themselves with: `now`, and after a change for a day also `before` (until `until`, seconds
    since 1970).
    """

    __tablename__ = "flow_hook"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("flow_id", "node"),
        UniqueConstraint("token"),
        ForeignKeyConstraint(["tenant_id", "flow_id"], ["flow.tenant_id", "flow.id"], ondelete="CASCADE"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(public=("node", "token"), secret=("secrets_sealed",))

    flow_id: Mapped[UUID]
    node: Mapped[str]
    token: Mapped[str]
    secrets_sealed: Mapped[bytes] = mapped_column(Encrypted)
    secrets = sealed(dict)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class FlowHookKey(TenantOwned, Model):
    """A call with an `Idempotency-Key`, whose digest is its id: the run that it began, and a digest of what was sent."""

    __tablename__ = "flow_hook_key"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "hook_id"], ["flow_hook.tenant_id", "flow_hook.id"], ondelete="CASCADE"),
        Index("ix_flow_hook_key_hook", "hook_id", "created_at"),
    )
    __protection__ = Protection(services=SERVICES)
    __privacy__ = Privacy(digest=("sent",))

    hook_id: Mapped[UUID]
    run_id: Mapped[UUID]
    sent: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
