"""The table of secrets: what other systems want to see from this workspace."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.sdk import Encrypted, Model, Privacy, Protection, TenantOwned, sealed, utcnow


class Secret(TenantOwned, Model):
    """A token or password with the name that flows call it by.

    It is only ever sent to its `hosts`, so that nobody who may draw flows can have it sent elsewhere. `value` is never shown
    again. `set_at` is when it was last replaced.
    """

    __tablename__ = "http__secret"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)
    __protection__ = Protection()
    __privacy__ = Privacy(public=("name", "hosts"), secret=("value_sealed",))

    name: Mapped[str]
    hosts: Mapped[list[Any]]
    value_sealed: Mapped[bytes] = mapped_column(Encrypted)
    value = sealed(str)
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime] = mapped_column(default=utcnow)
    used_at: Mapped[datetime | None]
