"""The relay: takes committed events from the outbox to the bus.

One relay works at a time, held by an advisory lock in the transaction that reads, publishes and deletes: so the order of the
outbox is the order of the bus. Killed between publishing and deleting, the next one publishes the same events again, right
behind the first copies; consumers drop what comes twice.
"""

import threading

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import Event, service_scope, transaction
from aerostic.db.events import announced
from aerostic.streams.bus import Bus
from aerostic.streams.metrics import PUBLISHED

BATCH = 1000
IDLE_SECONDS = 0.1
# What is announced in quick succession goes together: every handler of every process wakes for what goes to the bus.
GATHER_SECONDS = 0.03
LOCK = 0x6165726F_6F757462  # "aerooutb"

TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
SELECT = text("SELECT id, type, tenant_id, key, time, data FROM outbox ORDER BY position LIMIT :batch")
# By id, never "up to this position": a transaction that began earlier may commit a lower position after we have read.
DELETE = text("DELETE FROM outbox WHERE id = ANY(:ids)")


def relay_batch(bus: Bus, batch: int = BATCH) -> int:
    """Publish the oldest events of the outbox and delete them. Needs an application context.

    Returns:
        How many there were; 0 also when another relay is at work.

    Raises:
        BusError: the bus did not take them; they stay.
    """
    with transaction(service_scope("relay")) as session:
        if not session.scalar(TRY_LOCK, {"lock": LOCK}):
            return 0
        events = _read(session, batch)
        if events:
            bus.publish(events)
            session.execute(DELETE, {"ids": [event.id for event in events]})
    PUBLISHED.inc(len(events))
    return len(events)


def relay(bus: Bus, stop: threading.Event) -> None:
    """Publish until told to stop: at once what this process announces, and what others do when it looks again."""
    while not stop.is_set():
        announced.clear()
        if relay_batch(bus) < BATCH:
            announced.wait(IDLE_SECONDS)
            stop.wait(GATHER_SECONDS)


def _read(session: Session, batch: int) -> list[Event]:
    return [Event(**row) for row in session.execute(SELECT, {"batch": batch}).mappings()]
