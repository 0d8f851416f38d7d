"""How the last values are spread, against the ways they were spread before: sees another regime.

After Wang et al., "Statistical techniques for online anomaly detection in data centers" (2011): values fall into bins, and the
relative entropy between the window's shares and those of each way known is, times twice the window, about chi-square.
"""

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float64]
WINDOW, INNER, MOST, LIMIT = 52, 5, 40, 12.0
BINS = INNER + 2  # those within the usual range, one below and one above
FORGET, LONGEST_MEAN = 0.999, 200.0
# Half a value more in each bin: nothing is impossible.
PRIOR = 0.5 / WINDOW


class Entropy:
    """The last values' spread."""

    def __init__(self) -> None:
        self._bins: deque[int] = deque(maxlen=WINDOW)
        self._shares = np.zeros(BINS)
        self._known = np.zeros((MOST, BINS))
        self._logs = np.zeros((MOST, BINS))
        self._weights = np.zeros(MOST)
        self._number = 0

    def update(self, place: float) -> float:
        """How unlikely the spread of the last values is.

        Args:
            place: of the value within the usual range of the series: 0 at its lower end, 1 at its upper one.
        """
        if len(self._bins) == WINDOW:
            self._shares[self._bins[0]] -= 1.0 / WINDOW
        at = 1 + int(place * INNER) if 0.0 <= place < 1.0 else (0 if place < 0.0 else BINS - 1)
        self._bins.append(at)
        self._shares[at] += 1.0 / WINDOW
        if len(self._bins) < WINDOW:
            return 0.0
        return self._judge((self._shares + PRIOR) / (1.0 + BINS * PRIOR))

    def _judge(self, shares: Shares) -> float:
        number = self._number
        if number == 0:
            self._learn(0, shares, 1.0)
            self._number = 1
            return 0.0
        distances = 2.0 * WINDOW * (shares.dot(np.log(shares)) - self._logs[:number].dot(shares))
        nearest = int(distances.argmin())
        distance = float(distances[nearest])
        self._weights[:number] *= FORGET
        if distance <= LIMIT:
            weight = self._weights[nearest] + 1.0
            share = weight / (self._weights[:number].sum() + 1.0)
            self._learn(
                nearest, self._known[nearest] + (shares - self._known[nearest]) / min(weight, LONGEST_MEAN), weight
            )
            # A way that is seldom seen is odd, too.
            return max(distance, 0.0) - 2.0 * math.log(share)
        total = float(self._weights[:number].sum())
        place = number if number < MOST else int(self._weights.argmin())
        self._number = min(number + 1, MOST)
        self._learn(place, shares, 1.0)
        return distance + 2.0 * math.log(total + 1.0)

    def _learn(self, place: int, shares: Shares, weight: float) -> None:
        self._known[place] = shares
        self._logs[place] = np.log(shares)
        self._weights[place] = weight
