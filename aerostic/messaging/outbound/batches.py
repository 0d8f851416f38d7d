"""Steering a batch: start, pause, resume, cancel, retry, and its counts."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.billing import cancel as cancel_charges
from aerostic.billing.charges import reopen_charges
from aerostic.db import Event, emit
from aerostic.messaging.outbound.waking import wake
from aerostic.words import N_

OPTED_OUT = N_("The contact opted out.")
STATE = text(
    "UPDATE batch SET state = :state, reason = :reason WHERE id = :batch AND state = ANY(:allowed)"
    " RETURNING tenant_id, number_id, source, source_id"
)
CANCEL = text(
    "UPDATE message SET state = 'cancelled' WHERE id IN (SELECT id FROM message WHERE batch_id = :batch"
    " AND state = 'planned' ORDER BY id LIMIT 5000 FOR UPDATE SKIP LOCKED) RETURNING id"
)
CANCEL_CONTACT = text(
    "UPDATE message SET state = 'cancelled', error = :reason WHERE tenant_id = :tenant"
    " AND contact_id = :contact AND state = 'planned' AND (:category = 'all' OR category = :category) RETURNING id"
)
GIVE_UP = text("UPDATE message SET state = 'cancelled' WHERE id = ANY(:ids) AND state = 'planned' RETURNING id")
RETRYABLE = text(
    "UPDATE message SET state = 'planned', status = '', error_code = NULL, error = '', failed_at = NULL, not_before = NULL"
    " WHERE id IN (SELECT id FROM message WHERE batch_id = :batch AND (state = 'failed' OR status = 'failed')"
    " AND content_sealed IS NOT NULL"
    " AND (CAST(:codes AS bigint[]) IS NULL OR error_code = ANY(:codes)) ORDER BY id LIMIT 5000 FOR UPDATE) RETURNING id"
)
COUNTS = text(
    "SELECT state, status, coalesce(error_code, 0) AS code, count(*) AS n FROM message WHERE batch_id = :batch GROUP BY 1, 2, 3"
)


class BatchStateError(Exception):
    """The batch is not in a state that allows this."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. The counts of states add up to `total`; those of statuses to what was accepted.

    `failed` counts messages that were refused when sent or reported as failed later; `failures` splits them by the
    provider's error code.
    """

    total: int
    planned: int
    sending: int
    unknown: int
    cancelled: int
    accepted: int
    sent: int
    delivered: int
    read: int
    failed: int
    failures: dict[int, int] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Nothing more is expected of any message, but for late changes."""
        return self.total == self.cancelled + self.delivered + self.read + self.failed


def progress(session: Session, batch_id: UUID) -> Progress:
    """Count a batch's messages. Statuses are exclusive: a read message counts as read only."""
    states: dict[str, int] = {}
    statuses: dict[str, int] = {}
    failures: dict[int, int] = {}
    for state, status, code, n in session.execute(COUNTS, {"batch": batch_id}):
        states[state] = states.get(state, 0) + n
        if state == "accepted":
            statuses[status] = statuses.get(status, 0) + n
        if state == "failed" or status == "failed":
            failures[code] = failures.get(code, 0) + n
    return Progress(
        total=sum(states.values()),
        planned=states.get("planned", 0),
        sending=states.get("sending", 0),
        unknown=states.get("unknown", 0),
        cancelled=states.get("cancelled", 0),
        accepted=states.get("accepted", 0),
        sent=statuses.get("sent", 0),
        delivered=statuses.get("delivered", 0),
        read=statuses.get("read", 0),
        failed=sum(failures.values()),
        failures=failures,
    )


def start(session: Session, batch_id: UUID) -> None:
    """Let the lane have the batch."""
    _move(session, batch_id, "running", ("paused",), "")


def pause(session: Session, batch_id: UUID, reason: str) -> None:
    """Stop sending what is not on its way yet."""
    _move(session, batch_id, "paused", ("running", "paused"), reason)


def pause_running(session: Session, batch_id: UUID, reason: str) -> None:
    """Pause a batch if it is running; one that is not has been steered meanwhile and is left alone."""
    try:
        _move(session, batch_id, "paused", ("running",), reason)
    except BatchStateError:
        return


def resume(session: Session, batch_id: UUID) -> None:
    """Go on after a pause."""
    _move(session, batch_id, "running", ("paused",), "")


def cancel(session: Session, batch_id: UUID) -> int:
    """Give up what was not sent, and give its money back. Returns how many messages that were."""
    tenant_id, count = _move(session, batch_id, "cancelled", ("running", "paused", "cancelled"), "cancelled"), 0
    while ids := list(session.scalars(CANCEL, {"batch": batch_id})):
        cancel_charges(session, tenant_id, ids)
        count += len(ids)
    return count


def cancel_planned(session: Session, tenant_id: UUID, contact_id: UUID, category: str) -> int:
    """Cancel what is planned for one contact, in one category or 'all'; its money goes back."""
    values = {"tenant": tenant_id, "contact": contact_id, "category": category, "reason": OPTED_OUT}
    ids = list(session.scalars(CANCEL_CONTACT, values))
    cancel_charges(session, tenant_id, ids)
    return len(ids)


def give_up(session: Session, tenant_id: UUID, message_ids: list[UUID]) -> None:
    """Cancel planned messages; their money goes back."""
    cancel_charges(session, tenant_id, list(session.scalars(GIVE_UP, {"ids": message_ids})))


def retry_failed(session: Session, batch_id: UUID, hold_id: UUID, codes: list[int] | None = None) -> int:
    """Plan failed messages again, against a new hold; those that were forgotten meanwhile stay as they are.

    Args:
        hold_id: covers the sum of their prices.
        codes: only failures with these codes; None for all.
    """
    tenant_id, count = _move(session, batch_id, "running", ("running", "paused", "finished"), ""), 0
    while ids := list(session.scalars(RETRYABLE, {"batch": batch_id, "codes": codes})):
        reopen_charges(session, tenant_id, hold_id, ids)
        count += len(ids)
    return count


def _move(session: Session, batch_id: UUID, state: str, allowed: tuple[str, ...], reason: str) -> UUID:
    row = session.execute(
        STATE, {"batch": batch_id, "state": state, "reason": reason, "allowed": list(allowed)}
    ).one_or_none()
    if row is None:
        raise BatchStateError(f"The batch cannot become {state} now: it is not {' or '.join(allowed)}.")
    data = {
        "batch_id": str(batch_id),
        "source": row.source,
        "source_id": str(row.source_id),
        "state": state,
        "reason": reason,
    }
    emit(session, Event("batch.changed", row.tenant_id, str(batch_id), data))
    if state == "running":
        wake(session, row.tenant_id, row.number_id)
    tenant_id: UUID = row.tenant_id
    return tenant_id
