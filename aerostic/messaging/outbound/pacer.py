"""A clock of sending slots: how many messages may leave now, so that no second sees more than the limit."""

from collections.abc import Callable

SHARE = 0.98
CEILING = 0.985
CATCH_UP = 0.1
HASTE = 1.5
BURST = 0.01
SLOWDOWN = 0.5
A_SECOND = 1_000
RING = A_SECOND + 1  # one more than a second, since the oldest thousandth is only partly over


class Pacer:
    """Slots at a steady distance, a little under the limit.

    Slots missed by up to 100 ms are made up, at one and a half times the pace and never in a heap: messages that leave
    together just before a second ends arrive in the next one. Whatever the machine does to us, no stretch of a second holds
    more than 98.5 % of the limit, which leaves room for jitter on the way.

    Args:
        limit: messages a second that the provider allows.
        clock: seconds, monotonic.
    """

    def __init__(self, limit: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._step = 1.0 / (limit * SHARE)
        self._ceiling = max(1, int(limit * CEILING))
        self._next = self._asked = clock()
        self._haste = limit * HASTE
        self._heap = max(1.0, limit * BURST)
        self._tokens = 1.0
        self._slow_until = 0.0
        self._counts = [0] * RING
        self._sum = 0
        self._bucket = int(self._next * A_SECOND)

    def due(self, most: int) -> int:
        """Take up to `most` slots that have come."""
        now = self._clock()
        self._roll(int(now * A_SECOND))
        self._tokens = min(self._heap, self._tokens + (now - self._asked) * self._haste)
        self._asked = now
        most = min(most, self._ceiling - self._sum, int(self._tokens))
        step = self._step / SLOWDOWN if now < self._slow_until else self._step
        self._next = max(self._next, now - CATCH_UP)
        count = 0
        while count < most and self._next <= now:
            self._next += step
            count += 1
        self._tokens -= count
        self._counts[self._bucket % RING] += count
        self._sum += count
        return count

    def _roll(self, bucket: int) -> None:
        """Forget what is a second old, in thousandths."""
        for passed in range(self._bucket + 1, min(bucket, self._bucket + RING) + 1):
            self._sum -= self._counts[passed % RING]
            self._counts[passed % RING] = 0
        self._bucket = bucket

    def wait(self) -> float:
        """Seconds until it is worth asking again."""
        if self._sum >= self._ceiling:
            return 0.005
        return max(0.0, self._next - self._clock(), (1.0 - self._tokens) / self._haste)

    def slow_down(self, seconds: float, pause: float = 0.0) -> None:
        """Halve the pace for a time, after a pause: the provider said that we are too fast."""
        now = self._clock()
        self._slow_until = max(self._slow_until, now + seconds)
        self._next = max(self._next, now + pause)
