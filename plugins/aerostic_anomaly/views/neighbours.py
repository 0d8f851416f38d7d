"""How far the last values are, as a shape, from the nearest shapes before: sees what never looked so.

After Burnaev and Ishimtsev, "Conformalized density- and distance-based anomaly detection in time-series data" (2016).
"""

import numpy as np

LAGS, NEAREST, KEPT = 19, 27, 750


class Neighbours:
    """The distance to the nearest shapes. Those that overlap with the present one do not count as its neighbours."""

    def __init__(self) -> None:
        self._values = np.zeros(2 * LAGS)
        self._shapes = np.zeros((KEPT, LAGS))
        self._squares = np.zeros(KEPT)
        self._number = 0

    def update(self, value: float) -> float:
        """How unlike the shape of the last values is; 0 while too few are known."""
        values = self._values
        values[:-1] = values[1:]
        values[-1] = value
        self._number += 1
        known = self._number - 2 * LAGS + 1
        if known <= 0:
            return 0.0
        at, shape = (known - 1) % KEPT, values[:LAGS]
        self._shapes[at] = shape
        self._squares[at] = shape.dot(shape)
        known = min(known, KEPT)
        if known <= NEAREST:
            return 0.0
        present = values[LAGS:]
        distances = self._squares[:known] - 2.0 * self._shapes[:known].dot(present)
        distances.partition(NEAREST)
        nearest = np.maximum(distances[:NEAREST] + present.dot(present), 0.0)
        return float(np.sqrt(nearest).sum())
