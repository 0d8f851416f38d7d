"""Lanes are woken as a transaction ends: a lane's row is locked for a moment, however long the planning before takes."""

from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.orm import Session

LANES = "lanes"
WAKE = text(
    "INSERT INTO lane (number_id, tenant_id, wake_at) VALUES (:number, :tenant, now())"
    " ON CONFLICT (number_id) DO UPDATE SET wake_at = least(coalesce(lane.wake_at, now()), now())"
)


def wake(session: Session, tenant_id: UUID, number_id: UUID) -> None:
    """Let the lane of a number look for messages once this transaction is committed."""
    session.info.setdefault(LANES, {})[number_id] = tenant_id


@event.listens_for(Session, "before_commit")
def _wake(session: Session) -> None:
    """Also those that only a savepoint asked for that was rolled back: a lane that finds nothing goes to sleep again."""
    if session.in_nested_transaction():
        return
    for number_id, tenant_id in sorted(session.info.pop(LANES, {}).items()):
        session.execute(WAKE, {"number": number_id, "tenant": tenant_id})
