"""How long the runs of webhooks take: those of one that takes long again and again are not taken through on the event loop,
where everybody else would wait for them.

Taken by the clock: asking for a thread's own time costs more than half a short run.
"""

from collections.abc import Callable
from time import monotonic
from uuid import UUID

LONG_SECONDS = 0.02
# So many in a row: one alone may have had bad luck.
OFTEN = 3
# After so long it is tried again.
SLOW_SECONDS = 60.0


class Lengths:
    """Remembers which webhooks are slow.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._long: dict[UUID, int] = {}
        self._slow: dict[UUID, float] = {}

    def slow(self, hook_id: UUID) -> bool:
        """Whether its runs take long."""
        return bool(self._slow) and self._slow.get(hook_id, 0.0) > self._clock()

    def took(self, hook_id: UUID, seconds: float) -> None:
        """Note what a run took."""
        if seconds < LONG_SECONDS:
            self._long.pop(hook_id, None)
            return
        self._long[hook_id] = self._long.get(hook_id, 0) + 1
        if self._long[hook_id] >= OFTEN:
            now = self._clock()
            self._slow = {known: until for known, until in self._slow.items() if until > now}
            self._slow[hook_id] = now + SLOW_SECONDS
            del self._long[hook_id]
