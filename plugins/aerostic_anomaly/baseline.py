"""A light seasonal baseline of counts: what an hour of the day usually brings, on a log scale, and how far it varies."""

import math
from array import array
from typing import Any

HOUR = 3600.0
SLOTS = 24
LEARNS, VARIES = 0.3, 0.08  # how much an hour changes its slot and the level; how much it changes the spread
PEAK_LASTS = 0.996  # an hour: the highest hour counts half after a week
SPREAD = 0.35  # the least: a quiet series is allowed to double


class Baseline:
    """Learns from one hour to the next; a few hundred bytes.

    Slots that have been seen less are drawn towards the level of all hours.
    """

    __slots__ = ("count", "hour", "hours", "level", "peak", "seen", "slots", "spread")

    def __init__(self) -> None:
        self.slots = array("f", bytes(4 * SLOTS))
        self.seen = array("B", bytes(SLOTS))
        self.level, self.spread, self.peak = 0.0, 1.0, 0.0
        self.hour, self.hours, self.count = -1, 0, 0

    def add(self, time: float, amount: int) -> None:
        """Count; hours that are over are learnt, those without anything, too."""
        hour = int(time // HOUR)
        if hour != self.hour:
            self._turn(hour)
        self.count += amount

    def expected(self, time: float) -> float:
        """The usual count of this hour, on a log scale."""
        slot = int(time // HOUR) % SLOTS
        trust = self.seen[slot] / (self.seen[slot] + 3)
        return trust * self.slots[slot] + (1 - trust) * self.level

    def odd(self, time: float, count: int) -> float:
        """By how many spreads a count is above what is usual."""
        return (math.log1p(count) - self.expected(time)) / self.spread

    def state(self) -> list[Any]:
        """As JSON."""
        rounded = [round(value, 3) for value in self.slots]
        return [self.level, self.spread, self.peak, self.hour, self.hours, self.count, rounded, list(self.seen)]

    @classmethod
    def read(cls, state: Any) -> "Baseline | None":
        """What `state` gave; None where it cannot be read."""
        baseline = cls()
        try:
            level, spread, peak, hour, hours, count, slots, seen = state
            baseline.level, baseline.spread, baseline.peak = float(level), float(spread), float(peak)
            baseline.hour, baseline.hours, baseline.count = int(hour), int(hours), int(count)
            baseline.slots, baseline.seen = array("f", slots), array("B", seen)
        except (TypeError, ValueError, OverflowError):
            return None
        return baseline if len(baseline.slots) == len(baseline.seen) == SLOTS else None

    def _turn(self, hour: int) -> None:
        if self.hour >= 0:
            self._learn(self.hour, self.count)
            for quiet in range(self.hour + 1, min(hour, self.hour + 1 + 7 * SLOTS)):
                self._learn(quiet, 0)
        if hour > self.hour:
            self.hour, self.count = hour, 0

    def _learn(self, hour: int, count: int) -> None:
        value, slot = math.log1p(count), hour % SLOTS
        error = value - self.expected(hour * HOUR)
        self.slots[slot] += (value - self.slots[slot]) * (LEARNS if self.seen[slot] else 1.0)
        self.seen[slot] = min(self.seen[slot] + 1, 200)
        self.level += (value - self.level) * max(LEARNS / 6, 1 / (self.hours + 1))
        self.spread += (max(abs(error) * 1.25, SPREAD) - self.spread) * max(VARIES, 1 / (self.hours + 2))
        self.peak = max(self.peak * PEAK_LASTS, float(count))
        self.hours += 1
