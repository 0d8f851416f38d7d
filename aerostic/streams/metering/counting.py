"""Counting events into the sums of their hours and days, each exactly once.

The ids of what is counted are written in the same transaction as the sums. Whatever is given twice, by a bus that repeats
itself, by a process that died before it could say that it was done, or to two processes at once, counts the first time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import Event
from aerostic.streams.metering.key_use import asked_with
from aerostic.streams.metering.kinds import said

# Sorted, so that two processes that count for the same workspaces do not wait in a circle.
COUNT = text("""
    WITH given AS (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:tenants AS uuid[]), CAST(:kinds AS text[]),
            CAST(:times AS timestamptz[]), CAST(:amounts AS bigint[]), CAST(:keys AS uuid[]), CAST(:refused AS bigint[]))
            AS g (id, tenant_id, kind, time, amount, key_id, refused)
    ), new AS (
        INSERT INTO metered_event (id, consumer, at) SELECT id, :consumer, :now FROM given ORDER BY id
        ON CONFLICT DO NOTHING RETURNING id
    ), sums AS (
        SELECT tenant_id, kind, date_trunc('hour', time, 'UTC') AS hour, sum(amount)::bigint AS amount
        FROM given JOIN new USING (id) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ), hours AS (
        INSERT INTO metered_hour AS m SELECT * FROM sums
        ON CONFLICT (tenant_id, kind, hour) DO UPDATE SET amount = m.amount + excluded.amount
    ), days AS (
        INSERT INTO metered_day AS m SELECT tenant_id, kind, (hour AT TIME ZONE 'UTC')::date, sum(amount)::bigint
        FROM sums GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (tenant_id, kind, day) DO UPDATE SET amount = m.amount + excluded.amount
    ), by_key AS (
        INSERT INTO metered_key AS m SELECT tenant_id, key_id, (time AT TIME ZONE 'UTC')::date, count(*), sum(refused)::bigint
        FROM given JOIN new USING (id) WHERE key_id IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (tenant_id, key_id, day) DO UPDATE SET calls = m.calls + excluded.calls,
            refused = m.refused + excluded.refused
    ) SELECT count(*) FROM new
""")
FORGET = text("DELETE FROM metered_event WHERE consumer = :consumer AND at < :before")


def count(session: Session, consumer: str, events: Iterable[Event], now: datetime) -> int:
    """Count what has not been counted. Events of the platform itself are nobody's usage.

    Args:
        session: in the service's scope; what it writes is counted when it commits.
        consumer: whose ids these are, by the name of its group.
        events: of the types in `kinds`. One from the future counts now.
        now: the clock.

    Returns:
        How many were new.

    Raises:
        ValueError: an event does not say what was used.
    """
    known = {event.id: event for event in events if event.tenant_id is not None}
    if not known:
        return 0
    amounts = [said(event) for event in known.values()]
    asked = [asked_with(event) for event in known.values()]
    values = {
        "ids": list(known),
        "tenants": [event.tenant_id for event in known.values()],
        "kinds": [kind for kind, _ in amounts],
        "times": [min(event.time, now) for event in known.values()],
        "amounts": [amount for _, amount in amounts],
        "keys": [key for key, _ in asked],
        "refused": [int(refused) for _, refused in asked],
    }
    return int(session.scalar(COUNT, values | {"consumer": consumer, "now": now}) or 0)


class Forgetting:
    """Lets go of ids that cannot come again: those a consumer counted an hour ago, once it has run for an hour itself.

    One that was away for long is first given again what it had not said to be done with; so not the age alone decides.

    Args:
        consumer: whose ids.
        began: when this process began to consume.
    """

    KEPT = timedelta(hours=1)
    EVERY = timedelta(minutes=1)

    def __init__(self, consumer: str, began: datetime) -> None:
        self._consumer = consumer
        self._next = began + self.KEPT

    def step(self, session: Session, now: datetime) -> None:
        """Delete what may go, now and then."""
        if now >= self._next:
            session.execute(FORGET, {"consumer": self._consumer, "before": now - self.KEPT})
            self._next = now + self.EVERY
