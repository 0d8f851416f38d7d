"""Leases of lanes: at any moment one worker at most sends for a number, and the fence tells old from new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import emit_rows
from aerostic.messaging.told import COLUMNS, message_event

# Lanes of suspended tenants sleep: they are not claimed, and end with the next beat.
OPEN = "EXISTS (SELECT 1 FROM tenant WHERE tenant.id = lane.tenant_id AND tenant.status = 'active')"
CLAIM = text(
    "UPDATE lane SET owner = :owner, fence = fence + 1, expires_at = now() + :life WHERE number_id IN"
    " (SELECT number_id FROM lane WHERE stopped = '' AND wake_at <= now() AND (expires_at IS NULL OR expires_at < now())"
    f" AND {OPEN} ORDER BY wake_at LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING number_id, tenant_id, fence"
)
BEAT = text(
    "UPDATE lane SET expires_at = now() + :life FROM unnest(CAST(:numbers AS uuid[]), CAST(:fences AS bigint[]))"
    " AS u(number_id, fence) WHERE lane.number_id = u.number_id AND lane.fence = u.fence AND stopped = ''"
    f" AND {OPEN} RETURNING lane.number_id"
)
LOCK = text("SELECT 1 FROM lane WHERE number_id = :number AND fence = :fence FOR UPDATE")
DUE = text(
    "SELECT min(due) FROM (SELECT min(coalesce(not_before, now())) AS due FROM message WHERE number_id = :number"
    " AND state = 'planned' AND batch_id IS NULL UNION ALL SELECT (SELECT coalesce(min(not_before), now()) FROM message"
    " WHERE batch_id = b.id AND state = 'planned' HAVING count(*) > 0) FROM batch b"
    " WHERE b.number_id = :number AND b.state = 'running') AS work"
)
RELEASE = text(
    "UPDATE lane SET owner = '', expires_at = NULL, wake_at = CASE WHEN :due <= now() + :rest THEN now() + :rest"
    " ELSE CAST(:due AS timestamptz) END WHERE number_id = :number"
)
STOP = text(
    "UPDATE lane SET stopped = :reason, owner = '', expires_at = NULL WHERE number_id = :number AND fence = :fence"
)
ABANDONED = text(
    "UPDATE message SET state = 'unknown' WHERE number_id = :number AND state = 'sending' AND fence < :fence"
    f" RETURNING {COLUMNS}"
)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send for one number, until it expires or somebody holds a higher fence."""

    number_id: UUID
    tenant_id: UUID
    fence: int


def claim(session: Session, owner: str, most: int, life: timedelta) -> list[Lease]:
    """Take lanes that have work and no living owner.

    What the last owner left in `sending` becomes `unknown`: it may have been sent, so it is not sent again.
    """
    rows = session.execute(CLAIM, {"owner": owner, "life": life, "most": most})
    leases = [Lease(row.number_id, row.tenant_id, row.fence) for row in rows]
    for lease in leases:
        _doubt(session, lease)
    return leases


def _doubt(session: Session, lease: Lease) -> None:
    rows = session.execute(ABANDONED, {"number": lease.number_id, "fence": lease.fence})
    emit_rows(session, [message_event("unknown", row) for row in rows])


def beat(session: Session, leases: Sequence[Lease], life: timedelta) -> set[UUID]:
    """Prolong leases; the numbers of those that are still ours."""
    values = {
        "numbers": [lease.number_id for lease in leases],
        "fences": [lease.fence for lease in leases],
        "life": life,
    }
    return set(session.scalars(BEAT, values))


def release(session: Session, lease: Lease, rest: timedelta = timedelta()) -> None:
    """Give a lane back, to be woken when its next message is due, and after a `rest` at the soonest.

    The row is locked first and the due time read after that, so that a plan that commits meanwhile is never slept over.
    """
    if session.execute(LOCK, {"number": lease.number_id, "fence": lease.fence}).one_or_none():
        due = session.scalar(DUE, {"number": lease.number_id})
        session.execute(RELEASE, {"number": lease.number_id, "due": due, "rest": rest})


def stop(session: Session, lease: Lease, reason: str) -> None:
    """Stop a lane until a person lets it run again: its account cannot send."""
    session.execute(STOP, {"number": lease.number_id, "fence": lease.fence, "reason": reason})
