"""What a workspace sent and received, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

DAYS = text("""
    SELECT (created_at AT TIME ZONE :zone)::date AS day,
        count(*) FILTER (WHERE direction = 'out' AND state IN ('accepted', 'failed', 'unknown')) AS sent,
        count(*) FILTER (WHERE status IN ('delivered', 'read')) AS delivered,
        count(*) FILTER (WHERE status = 'read') AS read,
        count(*) FILTER (WHERE state = 'failed' OR status = 'failed') AS failed,
        count(*) FILTER (WHERE direction = 'in') AS received
    FROM message WHERE tenant_id = :tenant AND created_at >= :since GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one day, in a workspace's zone. `sent` counts what left, whatever became of it."""

    day: date
    sent: int = 0
    delivered: int = 0
    read: int = 0
    failed: int = 0
    received: int = 0


def daily(session: Session, tenant_id: UUID, zone: str, days: int, now: datetime) -> Sequence[Day]:
    """The last so many days, the oldest first, today included; a day without messages is there too."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
    rows = session.execute(DAYS, {"tenant": tenant_id, "zone": zone, "since": since})
    found = {row.day: Day(*row) for row in rows}
    return [found.get(day) or Day(day) for day in (first + timedelta(days=n) for n in range(days))]
