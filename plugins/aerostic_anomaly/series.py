"""A detector for one series of numbers, as they come: three views of it, made comparable, and told once.

It knows nothing in advance of how large values get or how often they come, and keeps some 150 KB whatever happens.
"""

import math
from bisect import bisect_left, insort
from collections import deque

from aerostic_anomaly.ranking import Refractory, TailRank
from aerostic_anomaly.views.entropy import Entropy
from aerostic_anomaly.views.neighbours import Neighbours
from aerostic_anomaly.views.seasonal import Seasonal

# Values before the first judgement, and those that tell the usual range.
WARM_UP, RANGE, EVERY = 100, 1_000, 20
LOW, HIGH = 0.02, 0.98
# Beyond so many times the usual range it does not matter how far.
FARTHEST, STRAIGHT = 1e6, 3.0
# A rank of one in 100,000 is beyond doubt.
SURE = 5.0


class Range:
    """Between which values the series mostly moves, from the last thousand."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque()
        self._sorted: list[float] = []
        self._number = 0
        self.low = self.high = self.scale = 0.0

    def update(self, value: float) -> None:
        """Take a value in; the ends move at every twentieth."""
        if len(self._recent) == RANGE:
            del self._sorted[bisect_left(self._sorted, self._recent.popleft())]
        self._recent.append(value)
        insort(self._sorted, value)
        self._number += 1
        if self._number % EVERY == 0 or self._number <= EVERY:
            last = len(self._sorted) - 1
            self.low, self.high = self._sorted[int(LOW * last)], self._sorted[math.ceil(HIGH * last)]

    def place(self, value: float) -> float:
        """0 at the lower end and 1 at the upper one; where they are the same, that is the middle."""
        if self.high > self.low:
            return min(max((value - self.low) / (self.high - self.low), -FARTHEST), FARTHEST)
        return 0.5 if value == self.low else (-1.0 if value < self.low else 2.0)


class EnsembleDetector:
    """Judges one series. See `sdk.detection.SeriesDetector`."""

    def __init__(self) -> None:
        self._range = Range()
        self._entropy, self._neighbours, self._seasonal = Entropy(), Neighbours(), Seasonal()
        self._ranks = (TailRank(), TailRank(), TailRank())
        self._refractory = Refractory()
        self._number = 0
        self._last = -math.inf

    def update(self, timestamp: float, value: float) -> float:
        """How odd a value is, in 0..1; 0 for most.

        Args:
            timestamp: seconds since 1970, not before the last one.
            value: a finite number.

        Raises:
            ValueError: it is no finite number, or its time is none, or before the last one. Nothing was learnt from it.
        """
        if not (math.isfinite(timestamp) and math.isfinite(value)):
            raise ValueError("A series has finite numbers only, each at a finite time.")
        if timestamp < self._last:
            raise ValueError("The times of a series do not go back.")
        self._last = timestamp
        self._number += 1
        place = self._range.place(value) if self._number > 1 else 0.5
        # About straight within the usual range, and a logarithm beyond: ten times as far is not ten times as odd.
        bent = math.asinh(STRAIGHT * (place - 0.5))
        figures = (self._entropy.update(place), self._neighbours.update(bent), self._seasonal.update(timestamp, bent))
        self._range.update(value)
        ranks = sorted(rank.update(figure) for rank, figure in zip(self._ranks, figures, strict=True))
        if self._number <= WARM_UP:
            return 0.0
        return min(self._refractory.update((ranks[1] + ranks[2]) / 2.0) / SURE, 1.0)


def make_detector() -> EnsembleDetector:
    """A detector that has seen nothing yet."""
    return EnsembleDetector()
