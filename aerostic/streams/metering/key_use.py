"""How much each API key asked, by day of UTC: counted with the calls of its workspace, and as exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import Event
from aerostic.streams.metering.models import MeteredKey

# The statuses of who is turned away: no right or held back, and too fast. A wrong request is another matter.
REFUSED = (403, 429)


@dataclass(frozen=True, slots=True)
class KeyDays:
    """What a key asked on each of some days, in their order.

    Args:
        calls: all of them.
        refused: those among them that were turned away.
    """

    calls: Sequence[int]
    refused: Sequence[int]


def asked_with(event: Event) -> tuple[UUID | None, bool]:
    """The key that a call came with, and whether it was turned away; (None, False) of what is no call with a key."""
    try:
        key = UUID(str(event.data.get("key", "")))
    except ValueError:
        return None, False
    return key, event.data.get("status") in REFUSED


def key_use(session: Session, tenant_id: UUID, first: date, days: int) -> Mapping[UUID, KeyDays]:
    """What a workspace's keys asked; those that asked nothing are left out.

    Args:
        first: the first day of UTC. Days are kept for 90.
        days: how many.
    """
    every = [first + timedelta(days=n) for n in range(days)]
    mine = select(MeteredKey).where(MeteredKey.tenant_id == tenant_id, MeteredKey.day.between(every[0], every[-1]))
    found: dict[UUID, dict[date, MeteredKey]] = {}
    for row in session.scalars(mine):
        found.setdefault(row.key_id, {})[row.day] = row
    return {key: _days([rows.get(day) for day in every]) for key, rows in found.items()}


def _days(rows: Sequence[MeteredKey | None]) -> KeyDays:
    return KeyDays([row.calls if row else 0 for row in rows], [row.refused if row else 0 for row in rows])
