"""The declarative base every model of core and plugins shares, on Flask-SQLAlchemy."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import uuid_utils.compat
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


def new_id() -> UUID:
    """A UUIDv7: unique, and sorting by the time it was made."""
    return uuid_utils.compat.uuid7()


def first_id(moment: datetime) -> UUID:
    """The least id that `new_id` can make at a moment or later, to the millisecond."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62)


def utcnow() -> datetime:
    """The present moment, with its zone."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """What all models have: types for JSON, whole numbers, texts and moments."""

    registry = registry(
        metadata=metadata,
        type_annotation_map={
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
            list[str]: JSONB,
            datetime: DateTime(timezone=True),
            int: BigInteger,
            str: Text,
        },
    )

    def __init__(self, **values: Any) -> None:
        # Sealed attributes bind the row and its tenant, so these two come before everything else.
        if hasattr(type(self), "id"):
            self.id = values.pop("id", None) or new_id()
        if "tenant_id" in values:
            self.tenant_id = values.pop("tenant_id")
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no column {name!r}")
            setattr(self, name, value)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Identified:
    """A row with a UUIDv7 of ours as its key."""

    id: Mapped[UUID] = mapped_column(primary_key=True)


class TenantOwned(Identified):
    """A row that belongs to one tenant: never seen outside that tenant's scope (row-level security holds it)."""

    tenant_id: Mapped[UUID] = mapped_column()
