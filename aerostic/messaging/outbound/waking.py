"""Lanes are woken as a transaction ends: a lane's row is locked for a moment, however long the planning before takes. Whoever
runs the lane is told once it is committed; one who was not told looks again soon.
"""

from contextlib import suppress
from uuid import UUID

from redis.exceptions import RedisError
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from aerostic.registry import runtime

LANES, WOKEN = "lanes", "lanes-woken"
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
    lanes = session.info.pop(LANES, {})
    for number_id, tenant_id in sorted(lanes.items()):
        session.execute(WAKE, {"number": number_id, "tenant": tenant_id})
    if lanes:
        session.info[WOKEN] = lanes


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if session.in_nested_transaction() or not (lanes := session.info.pop(WOKEN, {})):
        return
    with suppress(RedisError):
        runtime().redis.publish(channel(), b"".join(number_id.bytes for number_id in lanes))


def channel() -> str:
    """Where it is told which lanes were woken: the ids of their numbers, 16 bytes each."""
    return f"{runtime().settings.redis_prefix}:lanes"
