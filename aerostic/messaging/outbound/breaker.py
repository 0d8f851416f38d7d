"""A circuit breaker: when nothing but doubt comes back, messages must not go on leaving into nowhere.

A try whose fate is unknown is not repeated, so an outage of the provider would use up a campaign. After some such answers in
a row the lane pauses, then lets single messages probe, until one of them is answered clearly.
"""

from collections.abc import Callable

DOUBTS = 10
FIRST_SECONDS, LONGEST_SECONDS = 2.0, 60.0


class Breaker:
    """Counts doubtful answers in a row.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._doubts = 0
        self._pause = FIRST_SECONDS
        self._until = 0.0
        self._probing = False

    @property
    def open(self) -> bool:
        """Whether messages are held back."""
        return self._doubts >= DOUBTS

    def allows(self, most: int) -> int:
        """How many of so many messages may leave now: all; none; or one as a probe, after a pause."""
        if not self.open or not most:
            return most
        if self._probing or self._clock() < self._until:
            return 0
        self._probing = True
        return 1

    def doubt(self) -> None:
        """The fate of a message is unknown. While it is open, each pause is twice as long as the last, up to a minute."""
        was_open = self.open
        self._doubts += 1
        if not self.open or (was_open and not self._probing):
            return  # what was on its way already says nothing new
        self._pause = min(self._pause * 2, LONGEST_SECONDS) if was_open else FIRST_SECONDS
        self._until = self._clock() + self._pause
        self._probing = False

    def clear(self) -> None:
        """The provider has answered."""
        self._doubts, self._probing = 0, False
