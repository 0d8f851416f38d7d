"""How sure a detector is: the same scale in all of them, so that the policy means the same by a score whoever gives it."""

import math

WATCH, ACT, MOST = 0.5, 0.9, 0.98


def grade(value: float, watch: float, act: float) -> float:
    """A score for a measure that grows with suspicion.

    Args:
        value: the measure.
        watch: from where on it is odd; 0 below.
        act: from where on it is hardly honest.

    Returns:
        0, or 0.5 at `watch` rising to 0.9 at `act`, and to 0.98 at four times that.
    """
    if value < watch:
        return 0.0
    if value < act:
        return WATCH + (ACT - WATCH) * (value - watch) / (act - watch)
    return ACT + (MOST - ACT) * min(1.0, (value - act) / (3 * act))


def at_least(hits: int, of: int) -> float:
    """The share that is at least behind so many hits: the lower end of Wilson's interval for 95 %."""
    if of <= 0:
        return 0.0
    z, share = 1.96, min(hits / of, 1.0)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (share + z * z / (2 * of) - spread) / (1 + z * z / of))
