"""A clock of sending slots: how many messages may leave now, so that no second sees more than the limit."""

from collections.abc import Callable

SHARE = 0.98
CATCH_UP = 0.02
SLOWDOWN = 0.5


class Pacer:
    """Slots at a steady distance, a little under the limit; slots missed by more than 20 ms are lost, never made up.

    Args:
        limit: messages a second that the provider allows.
        clock: seconds, monotonic.
    """

    def __init__(self, limit: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._step = 1.0 / (limit * SHARE)
        self._next = clock()
        self._slow_until = 0.0

    def due(self, most: int) -> int:
        """Take up to `most` slots that have come."""
        now = self._clock()
        step = self._step / SLOWDOWN if now < self._slow_until else self._step
        self._next = max(self._next, now - CATCH_UP)
        count = 0
        while count < most and self._next <= now:
            self._next += step
            count += 1
        return count

    def wait(self) -> float:
        """Seconds until the next slot."""
        return max(0.0, self._next - self._clock())

    def slow_down(self, seconds: float, pause: float = 0.0) -> None:
        """Halve the pace for a time, after a pause: the provider said that we are too fast."""
        now = self._clock()
        self._slow_until = max(self._slow_until, now + seconds)
        self._next = max(self._next, now + pause)
