"""The pace of webhooks: so many calls a second, and more for a while where few came before. Each process counts its own.

Counting in Valkey would take longer than a short flow does.
"""

from collections.abc import Callable
from time import monotonic
from uuid import UUID

# What may come at once, in seconds' worth.
BURST = 10.0
MOST_KEPT = 10_000


class Pace:
    """Counts calls.

    Args:
        rate: calls a second.
        clock: seconds that never go back.
    """

    def __init__(self, rate: int, clock: Callable[[], float] = monotonic) -> None:
        self._step, self._clock = 1.0 / rate, clock
        self._due: dict[UUID, float] = {}

    def wait(self, hook_id: UUID) -> float:
        """Count a call; or, where it comes too early, tell in how many seconds it would not."""
        now = self._clock()
        due = max(self._due.get(hook_id, 0.0), now) + self._step
        if due - now > BURST:
            return due - now - BURST
        if len(self._due) >= MOST_KEPT:
            # Those whose time has come have nothing against them.
            self._due = {known: until for known, until in self._due.items() if until > now}
        self._due[hook_id] = due
        return 0.0
