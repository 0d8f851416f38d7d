"""What stands at the moment, and what may not be done: actions, the word of staff, and whom people have let go."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from aerostic.detection.contract import Subject
from aerostic.detection.judging.risk import Key
from aerostic.security.restrictions import Action

# However few tenants there are, so many may be acted on: of a handful, a share is no number.
ALWAYS_ROOM = 5
COARSE_SECONDS = 1.0  # how often those acted on are counted anew


@dataclass(slots=True)
class Held:
    """An action that stands.

    Args:
        id: of its row.
        action: what it is.
        until: when it ends.
        tenant_id: whose subject it is on.
        is_row: whether the database is known to have the row.
    """

    id: UUID
    action: Action
    until: float
    tenant_id: UUID | None
    is_row: bool = False


Tenants = set[UUID]


class Standing:
    """Kept in memory, so that deciding asks no server; what people change arrives within seconds (see `loading`).

    As long as it `is_blind`, nobody knows what staff have said, and nobody is done more than watched.
    """

    def __init__(self) -> None:
        self._held: dict[Key, Held] = {}
        self._limits: Mapping[Key, tuple[str, float]] = {}
        self.is_blind = False
        self._tenants, self._counted_at = Tenants(), -math.inf

    def of(self, subject: Subject, now: float) -> Held | None:
        """What stands on a subject."""
        held = self._held.get((subject.kind, subject.id))
        return held if held is not None and held.until > now else None

    def set(self, decision_id: UUID, subject: Subject, action: Action, until: float) -> None:
        """An action stands from now on, in place of what stood."""
        before = self._held.get((subject.kind, subject.id))
        is_row = before is not None and before.id == decision_id and before.is_row
        self.put((subject.kind, subject.id), Held(decision_id, action, until, subject.tenant_id, is_row))

    def put(self, key: Key, held: Held) -> None:
        """As `set`, for what was known before."""
        self._held[key] = held
        if held.tenant_id is not None and held.action != "watch":
            self._tenants.add(held.tenant_id)

    def end(self, kind: str, subject: str) -> None:
        """Nothing stands any more."""
        self._held.pop((kind, subject), None)
        self._counted_at = -math.inf

    def all(self) -> Mapping[Key, Held]:
        """Everything that stands, or stood until lately."""
        return self._held

    def limit(self, limits: Mapping[Key, tuple[str, float]]) -> None:
        """The most that may be done to subjects, '' for nothing at all, each until a moment."""
        self._limits = limits

    def most(self, subject: Subject, now: float) -> Action | None:
        """The most that may be done to a subject, '' for nothing; None where nobody has said anything."""
        if self.is_blind:
            return "watch"
        most, until = self._limits.get((subject.kind, subject.id), ("", 0.0))
        return cast(Action, most) if until > now else None

    def acted_on(self, now: float) -> Collection[UUID]:
        """The tenants on whose subjects more than watching stands, as of a second ago; new ones at once. What has run out is
        forgotten.
        """
        if not 0 <= now - self._counted_at < COARSE_SECONDS:
            self._counted_at = now
            self._held = {key: held for key, held in self._held.items() if held.until > now}
            self._tenants = {
                held.tenant_id for held in self._held.values() if held.tenant_id and held.action != "watch"
            }
        return self._tenants
