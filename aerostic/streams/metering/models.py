"""The tables of metering."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Model
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection

SERVICE = "usage"
OWN = Protection(also="tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})", services=(SERVICE,))


class _Metered:
    """What a workspace used of one kind."""

    __protection__ = OWN
    __privacy__ = Privacy(public=("kind",))

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]


class MeteredHour(_Metered, Model):
    """In one hour, kept for 90 days."""

    __tablename__ = "metered_hour"
    __table_args__ = (Index("ix_metered_hour_hour", "hour"), {"postgresql_with": {"fillfactor": 70}})

    hour: Mapped[datetime] = mapped_column(primary_key=True)


class MeteredDay(_Metered, Model):
    """On one day of UTC."""

    __tablename__ = "metered_day"
    __table_args__ = (Index("ix_metered_day_day", "day"), {"postgresql_with": {"fillfactor": 70}})

    day: Mapped[date] = mapped_column(primary_key=True)


class StoredPlace(Model):
    """How many bytes lie at one place of a workspace now; the changes are metered."""

    __tablename__ = "stored_place"
    __protection__ = Protection()
    __privacy__ = Privacy(public=("place",))

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    bytes: Mapped[int]


class MeteredKey(Model):
    """The calls of one API key on one day of UTC, and how many of them were refused; kept for 90 days."""

    __tablename__ = "metered_key"
    __table_args__ = (Index("ix_metered_key_day", "day"), {"postgresql_with": {"fillfactor": 70}})
    __protection__ = Protection(services=(SERVICE,))
    __privacy__ = Privacy()

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    calls: Mapped[int]
    refused: Mapped[int]


class MeteredEvent(Model):
    """An event that is counted. Its row is written with the sums, so that one that comes again counts no more."""

    __tablename__ = "metered_event"
    __table_args__ = (Index("ix_metered_event_at", "at", postgresql_using="brin"),)
    __protection__ = Protection(tenant="", services=(SERVICE,))
    __privacy__ = Privacy(public=("consumer",))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer: Mapped[str]
    at: Mapped[datetime]
