"""A circuit breaker: who does not answer is left alone for a while."""

import time
from collections.abc import Callable

FAILURES = 3
FIRST_REST, LONGEST_REST = 5.0, 60.0  # seconds


class Breaker:
    """Opens after some failures in a row; then one attempt is let through after a rest that doubles each time.

    Args:
        clock: seconds, rising.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures, self._rest, self._until = 0, FIRST_REST, 0.0

    @property
    def closed(self) -> bool:
        """Whether to ask."""
        return self._failures < FAILURES or self._clock() >= self._until

    def succeeded(self) -> None:
        """An answer came."""
        self._failures, self._rest = 0, FIRST_REST

    def failed(self) -> None:
        """None came."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._until = self._clock() + self._rest
            self._rest = min(self._rest * 2, LONGEST_REST)
