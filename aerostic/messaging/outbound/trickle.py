"""How much of what is slowed down may leave: a steady trickle, taken in groups."""

from collections.abc import Callable

from aerostic.messaging.outbound.queue import Waiting
from aerostic.messaging.outbound.shelf import Shelf

GATHERED_SECONDS = 0.5


class Trickle:
    """Room that grows with time, up to half a second's worth, and by one at least.

    Args:
        rate: messages a second.
        clock: seconds, monotonic.
    """

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._most = max(1.0, rate * GATHERED_SECONDS)
        self._room = 0.0
        self._asked = clock()

    def take(self, shelf: Shelf, most: int) -> list[Waiting]:
        """The next messages of a shelf; of what is slowed down, as many as may leave now."""
        now = self._clock()
        self._room = min(self._most, self._room + (now - self._asked) * self._rate)
        self._asked = now
        taken = shelf.take(most, int(self._room))
        self._room -= sum(item.bulk for item in taken)
        return taken
