"""The table of the forest's versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

STATES = ("saved", "shadow", "active", "retired")


class RiskModel(Identified, Model):
    """A version of the forest. One is active; one may be in its shadow: judged on what comes, without a say.

    Its arrays hold numbers of the platform as a whole, and are '' once it is retired and no longer among the last few.
    `metrics` says how it did, and `reason` why it is what it is.
    """

    __tablename__ = "risk_model"
    __table_args__ = (
        UniqueConstraint("version"),
        CheckConstraint(f"state IN ({', '.join(map(repr, STATES))})", name="state"),
        Index("uq_risk_model_active", "state", unique=True, postgresql_where="state = 'active'"),
    )
    __protection__ = Protection(tenant="", services=("detection",))
    __privacy__ = Privacy(public=("state", "arrays", "features", "metrics", "drift", "reason"))

    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="saved", server_default="saved")
    trained_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)
    rows: Mapped[int]
    arrays: Mapped[bytes]
    features: Mapped[list[str]]
    metrics: Mapped[dict[str, Any]]
    drift: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="", server_default="")
