"""When a batch has nothing more to send, and what becomes of messages whose fate stays unknown."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import Event, emit_rows
from aerostic.messaging.outbound.leases import Lease
from aerostic.messaging.outbound.planning import WAKE

FINISH = text(
    "UPDATE batch SET state = 'finished', finished_at = now() WHERE id = ANY(:batches) AND state = 'running'"
    " AND NOT EXISTS (SELECT 1 FROM message WHERE batch_id = batch.id AND state IN ('planned', 'sending'))"
    " RETURNING id, source, source_id"
)
RETRY_UNKNOWN = text(
    "UPDATE message SET state = 'planned', not_before = NULL FROM batch WHERE message.batch_id = batch.id"
    " AND batch.unknown_policy = 'retry' AND message.state = 'unknown' AND message.attempt < 2"
    " AND message.sending_at < now() - :grace RETURNING message.id, message.tenant_id, batch.id AS batch_id, batch.number_id"
)
REOPEN = text("UPDATE batch SET state = 'running', finished_at = NULL WHERE id = ANY(:batches) AND state = 'finished'")
FORGOTTEN = text(
    "UPDATE lane SET wake_at = now() WHERE wake_at IS NULL AND stopped = '' AND (EXISTS (SELECT 1 FROM message"
    " WHERE number_id = lane.number_id AND batch_id IS NULL AND state = 'planned') OR EXISTS (SELECT 1 FROM batch"
    " WHERE number_id = lane.number_id AND state = 'running'))"
)


def finish_batches(session: Session, lease: Lease, batches: list[UUID]) -> None:
    """Close the batches of which nothing is left to send, and announce it."""
    rows = session.execute(FINISH, {"batches": batches}).all()
    emit_rows(
        session,
        [
            Event(
                "batch.finished",
                lease.tenant_id,
                str(row.id),
                {"batch_id": str(row.id), "source": row.source, "source_id": str(row.source_id)},
            )
            for row in rows
        ],
    )


def settle_unknown(session: Session, grace: timedelta) -> int:
    """After the grace time, try once more where the batch's policy says so. Others stay unknown and are shown as such."""
    rows = session.execute(RETRY_UNKNOWN, {"grace": grace}).all()
    session.execute(REOPEN, {"batches": list({row.batch_id for row in rows})})
    for number_id, tenant_id in {(row.number_id, row.tenant_id) for row in rows}:
        session.execute(WAKE, {"number": number_id, "tenant": tenant_id})
    return len(rows)


def wake_forgotten(session: Session) -> None:
    """Wake lanes that have work but no alarm: a safety net, run by cron."""
    session.execute(FORGOTTEN)
