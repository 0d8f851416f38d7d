"""Carrying events from the outbox to flows, as the stream process does."""

from uuid import UUID

from sqlalchemy import delete

from aerostic.db import Event, service_scope, transaction
from aerostic.db.models import OutboxEvent
from aerostic.flows.runs.starting import on_events

MOST_ROUNDS = 100


def announced(tenant_id: UUID) -> list[Event]:
    """What the tenant's changes have announced since the last time, in its order."""
    taken = delete(OutboxEvent).where(OutboxEvent.tenant_id == tenant_id).returning(OutboxEvent)
    with transaction(service_scope("relay")) as session:
        rows = sorted(session.scalars(taken), key=lambda row: row.position)
        return [Event(row.type, row.tenant_id, row.key, row.data, row.id, row.time) for row in rows]


def carry(tenant_id: UUID) -> int:
    """Hand events to flows, also those that come of it, until there are no more. Returns how many there were."""
    count = 0
    for _ in range(MOST_ROUNDS):
        events = announced(tenant_id)
        if not events:
            return count
        count += len(events)
        on_events(tenant_id, events)
    raise AssertionError("events without end")
