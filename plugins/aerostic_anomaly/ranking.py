"""Figures of any kind made comparable, and an alarm told once.

Each view has its own scale, and each series its own noise. How seldom a figure is exceeded means the same in all of them, and
one threshold fits all series.
"""

import math

import numpy as np

BINS, LOW, PER_DECADE = 240, -6.0, 20
DECAY = 0.999
# What one of ten exceeds is no alarm.
LEAST = 1.0


class TailRank:
    """How seldom a figure is exceeded, as -log10 of the share of those before it, from a histogram of their logarithms."""

    __slots__ = ("_counts", "_number")

    def __init__(self) -> None:
        self._counts = np.zeros(BINS)
        self._number = 0

    def update(self, figure: float) -> float:
        """The rank of a figure that is 0 or more, among those before it; then it counts as well."""
        at = 0
        if figure > 0.0:
            at = min(max(int((math.log10(figure) - LOW) * PER_DECADE), 0), BINS - 1)
        # Of its own lot, half are taken to exceed it.
        beyond = float(self._counts[at:].sum()) - 0.5 * float(self._counts[at])
        rank = -math.log10((beyond + 0.5) / (self._number + 1.0))
        self._counts[at] += 1.0
        self._number += 1
        return max(rank, 0.0)


class Refractory:
    """Passes a rank only where it exceeds the latest peak, which fades: one event is one alarm, and a greater one another."""

    __slots__ = ("_peak",)

    def __init__(self) -> None:
        self._peak = 0.0

    def update(self, rank: float) -> float:
        """The rank, or 0."""
        self._peak = max(self._peak * DECAY, LEAST)
        if rank <= self._peak:
            return 0.0
        self._peak = rank
        return rank
