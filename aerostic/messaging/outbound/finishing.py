"""When a batch has nothing more to send, and what becomes of messages whose fate stays unknown."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import Event, emit_rows
from aerostic.messaging.outbound.batches import cancel
from aerostic.messaging.outbound.leases import Lease
from aerostic.messaging.outbound.waking import wake

FINISH = text(
    "UPDATE batch SET state = 'finished', finished_at = now() WHERE id = ANY(:batches) AND state = 'running'"
    " AND NOT EXISTS (SELECT 1 FROM message WHERE batch_id = batch.id AND state IN ('planned', 'sending'))"
    " RETURNING id, source, source_id"
)
RETRY_UNKNOWN = text(
    "UPDATE message SET state = 'planned', not_before = NULL FROM batch WHERE message.batch_id = batch.id"
    " AND batch.unknown_policy = 'retry' AND message.state = 'unknown' AND message.attempt < 2"
    " AND message.content_sealed IS NOT NULL"
    " AND message.sending_at < now() - :grace RETURNING message.id, message.tenant_id, batch.id AS batch_id, batch.number_id"
)
REOPEN = text("UPDATE batch SET state = 'running', finished_at = NULL WHERE id = ANY(:batches) AND state = 'finished'")
# Before either state was known, such a message was on its way, and has come back.
LEFT = text(
    "SELECT id, tenant_id, number_id, state FROM batch WHERE (state = 'finished' AND finished_at > now() - :looked_back"
    " OR state = 'cancelled') AND EXISTS (SELECT 1 FROM message WHERE batch_id = batch.id AND state = 'planned')"
)
LOOKED_BACK = timedelta(days=1)
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
    reopen(session, {(row.batch_id, row.number_id, row.tenant_id) for row in rows})
    return len(rows)


def reopen(session: Session, batches: set[tuple[UUID | None, UUID, UUID]]) -> None:
    """Let lanes have batches again in which something is planned after all.

    Args:
        batches: ids of batch (None for messages on their own), number and tenant.
    """
    session.execute(REOPEN, {"batches": [batch_id for batch_id, _, _ in batches]})
    for number_id, tenant_id in {(number_id, tenant_id) for _, number_id, tenant_id in batches}:
        wake(session, tenant_id, number_id)


def settle_left(session: Session) -> None:
    """Go on with ended batches to which a message has come back from its way: send it, or cancel it with its batch."""
    rows = session.execute(LEFT, {"looked_back": LOOKED_BACK}).all()
    reopen(session, {(row.id, row.number_id, row.tenant_id) for row in rows if row.state == "finished"})
    for row in rows:
        if row.state == "cancelled":
            cancel(session, row.id)


def wake_forgotten(session: Session) -> None:
    """Wake lanes that have work but no alarm: a safety net, run by cron."""
    session.execute(FORGOTTEN)
