"""The outbox table: events on their way from a committed transaction to the bus."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db.base import Identified, Model
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection


class OutboxEvent(Identified, Model):
    """One event that waits for the relay. `position` is the order of writing; the relay deletes what the bus has."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_position", "position"),)
    __protection__ = Protection(services=("relay",), insert_only_for_all=True)
    __privacy__ = Privacy(public=("type", "key", "data"))

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    type: Mapped[str]
    tenant_id: Mapped[UUID | None]
    key: Mapped[str]
    time: Mapped[datetime]
    data: Mapped[dict[str, Any]]
