"""Handling incidents: somebody takes one on, works on it, closes it, and says what it was."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.db import utcnow
from aerostic.detection.models import Incident
from aerostic.detection.people.verdicts import VERDICTS


def take(session: Session, incident_id: UUID) -> Incident:
    """An incident, locked to be changed.

    Raises:
        LookupError: there is none.
    """
    row = session.get(Incident, incident_id, with_for_update=True)
    if row is None:
        raise LookupError("There is no such incident.")
    return row


def assign(session: Session, incident_id: UUID, user_id: UUID | None) -> None:
    """Give an incident to somebody, or to nobody.

    Raises:
        LookupError: there is none.
    """
    row = take(session, incident_id)
    _note(session, row, "incident_assigned", {"assigned_to": row.assigned_to}, {"assigned_to": user_id})
    row.assigned_to = user_id


def acknowledge(session: Session, incident_id: UUID, user_id: UUID) -> None:
    """Say that somebody looks at it; who says so has it, where nobody had. One that is not open is left as it is.

    Raises:
        LookupError: there is none.
    """
    row = take(session, incident_id)
    if row.state == "open":
        _note(session, row, "incident_acknowledged", {}, {})
        row.state, row.assigned_to = "acknowledged", row.assigned_to or user_id


def close(session: Session, incident_id: UUID, verdict: str, note: str, now: datetime | None = None) -> None:
    """Close an incident with what was found out. One that is closed may be closed again with another verdict.

    Raises:
        LookupError: there is none.
        ValueError: it is no verdict.
    """
    if verdict not in VERDICTS:
        raise ValueError(f"{verdict!r} is no verdict")
    row = take(session, incident_id)
    _note(session, row, "incident_closed", {"verdict": row.verdict}, {"verdict": verdict}, note)
    row.state, row.verdict, row.note = "closed", verdict, note
    row.closed_at = row.closed_at or now or utcnow()


def reopen(session: Session, incident_id: UUID) -> None:
    """Open a closed incident again.

    Raises:
        LookupError: there is none.
    """
    row = take(session, incident_id)
    if row.state == "closed":
        _note(session, row, "incident_reopened", {"verdict": row.verdict}, {"verdict": ""})
        row.state, row.verdict, row.closed_at = "acknowledged" if row.assigned_to else "open", "", None


def _note(
    session: Session,
    row: Incident,
    verb: str,
    before: dict[str, object],
    after: dict[str, object],
    reason: str = "",
) -> None:
    record(session, Act(None, f"risk.{verb}", f"incident:{row.id}", before, after, reason))
