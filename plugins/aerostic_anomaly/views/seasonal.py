"""How far a value is from what is usual at this time of day: sees points, and a season that does not come."""

import math

SLOTS, DAY = 48, 86_400
# How much of a value goes into the level, a slot, the spread of all, and that of a slot; more at the beginning.
LEVEL, SEASON, SPREAD, SLOT_SPREAD = 0.004, 0.1, 0.01, 0.05
FIRST = 10
# A slot's own usual counts as much as the level after so many values.
TRUSTED = 6.0
# One odd value moves the level, and the spread, by no more than so many usual distances.
MOST, MOST_SPREAD = 3.0, 6.0
TINY = 1e-9


class Seasonal:
    """The distance, in usual distances: those of all values, and at this time of day."""

    __slots__ = ("_level", "_number", "_seen", "_slots", "_spread", "_spreads")

    def __init__(self) -> None:
        self._level, self._spread, self._number = 0.0, 0.0, 0
        self._slots, self._spreads, self._seen = [0.0] * SLOTS, [0.0] * SLOTS, [0] * SLOTS

    def update(self, timestamp: float, value: float) -> float:
        """How far off a value is; 0 for the first ones.

        Args:
            timestamp: seconds since 1970.
            value: the number.
        """
        slot = int(timestamp % DAY) * SLOTS // DAY
        trust = self._seen[slot] / (self._seen[slot] + TRUSTED)
        off = value - (self._level + trust * self._slots[slot])
        distance = abs(off)
        here = max(self._spreads[slot], 0.5 * self._spread)
        spread = (1.0 - trust) * self._spread + trust * here
        self._number += 1
        if self._number <= FIRST:
            self._learn(slot, value, off, distance)
            return 0.0
        self._learn(slot, value, math.copysign(min(distance, MOST * self._spread), off), distance)
        return distance / (spread + TINY)

    def _learn(self, slot: int, value: float, off: float, distance: float) -> None:
        first, seen = 1.0 / self._number, self._seen[slot]
        self._level += max(LEVEL, first) * off
        self._slots[slot] += max(SEASON, 1.0 / (seen + 1)) * (value - self._level - self._slots[slot])
        if self._number > FIRST:
            distance = min(distance, MOST_SPREAD * self._spread + TINY)
        self._spread += max(SPREAD, first) * (distance - self._spread)
        self._spreads[slot] += max(SLOT_SPREAD, 1.0 / (seen + 1)) * (distance - self._spreads[slot])
        self._seen[slot] = seen + 1
