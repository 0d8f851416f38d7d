"""The lanes of numbers, as people see them: whether one has stopped and why, and how much waits in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aerostic.messaging.models import Lane

MOST_COUNTED = 10_000
# Counted to a bound, so that the page is quick beside a campaign to a million.
WAITING = text("""
    SELECT count(*) FROM (
        (SELECT 1 FROM message WHERE number_id = :number AND batch_id IS NULL AND state = 'planned' LIMIT :most)
        UNION ALL
        (SELECT 1 FROM batch b JOIN message m ON m.batch_id = b.id AND m.state = 'planned'
         WHERE b.tenant_id = :tenant AND b.number_id = :number AND b.state IN ('running', 'paused') LIMIT :most)
    ) AS planned
""")
RESTART = text(
    "UPDATE lane SET stopped = '', wake_at = now() WHERE tenant_id = :tenant AND number_id = ANY(:numbers) AND stopped <> ''"
    " RETURNING number_id"
)


@dataclass(frozen=True, slots=True)
class LaneState:
    """A lane. `stopped` is why it sends nothing, in plain words, or ''; `waiting` counts to 10,000 and no further."""

    stopped: str
    waiting: int

    @property
    def more(self) -> bool:
        """Whether even more wait than were counted."""
        return self.waiting >= MOST_COUNTED


def state_of(session: Session, tenant_id: UUID, number_id: UUID) -> LaneState:
    """The lane of a number."""
    stopped = session.scalar(select(Lane.stopped).where(Lane.tenant_id == tenant_id, Lane.number_id == number_id))
    values = {"tenant": tenant_id, "number": number_id, "most": MOST_COUNTED}
    return LaneState(stopped or "", min(session.scalar(WAITING, values) or 0, MOST_COUNTED))


def restart(session: Session, tenant_id: UUID, numbers: Iterable[UUID]) -> int:
    """Let stopped lanes send again. Returns how many were stopped."""
    return len(session.execute(RESTART, {"tenant": tenant_id, "numbers": list(numbers)}).all())
