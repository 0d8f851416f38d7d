"""What was used: for dashboards, plans and the platform's baseline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from aerostic.streams.metering.models import MeteredDay, MeteredHour

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Amount:
    """What was used of one kind from a moment on, for an hour or a day of UTC."""

    begins: datetime
    kind: str
    amount: int


def usage(
    session: Session,
    tenant_id: UUID | None,
    kind: str | None,
    since: datetime,
    until: datetime,
    by: Literal["hour", "day"],
) -> Sequence[Amount]:
    """What was used, in order of time; of hours and days without any there is nothing.

    Args:
        session: its scope decides whose rows are seen.
        tenant_id: of this workspace alone; None adds up all that the scope sees.
        kind: one of `KINDS`; None for each of them.
        since, until: hours, or days of UTC, that begin from one to the other, the latter not included.
        by: hours are kept for 90 days, days for ever.
    """
    hourly = by == "hour"
    table = MeteredHour if hourly else MeteredDay
    moment = MeteredHour.hour if hourly else MeteredDay.day
    ends = (since, until) if hourly else (_day(since), _day(until))
    amounts = cast(func.sum(table.amount), BigInteger)
    chosen = select(moment, table.kind, amounts).where(moment >= ends[0], moment < ends[1])
    if tenant_id is not None:
        chosen = chosen.where(table.tenant_id == tenant_id)
    if kind is not None:
        chosen = chosen.where(table.kind == kind)
    rows = session.execute(chosen.group_by(moment, table.kind).order_by(moment, table.kind))
    return [Amount(_moment(at), name, amount) for at, name, amount in rows]


def level(session: Session, tenant_id: UUID | None, kind: str, at: datetime) -> int:
    """What is there at the beginning of an hour, of what comes and goes: all that was added before, less what was removed.

    Args:
        session, tenant_id, kind: see `usage`.
        at: an hour of the last 90 days, or midnight of UTC on any day.
    """
    midnight = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    whole = usage(session, tenant_id, kind, BEGINNING, midnight, "day")
    begun = usage(session, tenant_id, kind, midnight, at, "hour") if at > midnight else ()
    return sum(amount.amount for amount in (*whole, *begun))


def levels(
    session: Session,
    tenant_id: UUID | None,
    kind: str,
    since: datetime,
    until: datetime,
    by: Literal["hour", "day"],
) -> Sequence[Amount]:
    """What is there at the end of each hour or day that changed it; see `level` and `usage`."""
    there, found = level(session, tenant_id, kind, since), []
    for change in usage(session, tenant_id, kind, since, until, by):
        there += change.amount
        found.append(Amount(change.begins, kind, there))
    return found


def _day(moment: datetime) -> date:
    """The first day that begins at the moment or later."""
    of_utc = moment.astimezone(UTC)
    midnight = datetime.combine(of_utc.date(), time(), UTC)
    return date.fromordinal(of_utc.date().toordinal() + (of_utc > midnight))


def _moment(at: date | datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), UTC)
