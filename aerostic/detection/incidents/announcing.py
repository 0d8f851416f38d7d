"""Telling the plugins of tenants about incidents, by an event: whatever a plugin does, detection does not wait for it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import Event, emit_rows, service_scope, transaction
from aerostic.detection.incidents.grouping import Group
from aerostic.detection.models import Incident
from aerostic.registry import EventHandler, OpenedIncident
from aerostic.tenancy.plugins import view_for

OPENED = "incident.opened"


def announce(session: Session, group: Group, row: Incident, tenants: Iterable[UUID]) -> None:
    """Tell tenants, with the transaction, that an incident concerns them."""
    said = {
        "incident_id": str(row.id),
        "opened_at": row.opened_at.isoformat(),
        "score": row.score,
        "subjects": len({subject for subject, _ in group.found}),
    }
    subject = f"incident:{row.id}"
    events = (Event(OPENED, one, subject, {**said, "families": group.families_of(one)}) for one in tenants)
    emit_rows(session, list(events))


def _on_opened(tenant_id: Any, events: list[Event]) -> None:
    with transaction(service_scope("events")) as session:
        view = view_for(session, tenant_id)
    for event in events:
        view.incident_opened(tenant_id, _incident(event.data))


def _incident(data: dict[str, Any]) -> OpenedIncident:
    opened_at = datetime.fromisoformat(data["opened_at"])
    return OpenedIncident(
        UUID(data["incident_id"]), opened_at, tuple(data["families"]), data["score"], data["subjects"]
    )


HANDLER = EventHandler("core.incidents", frozenset({OPENED}), _on_opened)
