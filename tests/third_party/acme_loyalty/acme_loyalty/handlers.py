"""Points for events."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from aerostic.sdk import Event, load_settings, new_id, tenant_scope, transaction

from .models import Points


def on_read(tenant_id: UUID, events: list[Event]) -> None:
    """Points for each message that a known contact has read; an event that comes again changes nothing."""
    with transaction(tenant_scope(tenant_id)) as session:
        points = load_settings(session, tenant_id, "loyalty").points_a_read
        rows = [_row(event, points) for event in events if event.data.get("contact_id")]
        if rows:
            statement = insert(Points).values(rows)
            session.execute(statement.on_conflict_do_nothing(index_elements=["tenant_id", "event_id"]))


def _row(event: Event, points: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "tenant_id": event.tenant_id,
        "contact_id": UUID(event.data["contact_id"]),
        "event_id": event.id,
        "points": points,
        "at": event.time,
    }
