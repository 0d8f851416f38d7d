"""Whether a model may take another's place: both judge the same rows, some made odd in ways that are known.

Nobody labels the rows of a platform, so oddness is put in: of ordinary rows, two to four features are moved beyond nearly all
that were seen. What is measured is how well a model tells those from the rows they were made of.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerostic.detection.forest.model import WATCH_RANK, Model

SEED = 8
# What may be lost by chance, in the share of pairs told apart and in the share of rows that alarm.
LOSS, ALARMS = 0.01, 0.005


@dataclass(frozen=True, slots=True)
class Measured:
    """How a model did.

    Args:
        apart: the share of pairs, an odd row and an ordinary one, in which it scores the odd one higher.
        alarms: the share of ordinary rows that it would signal.
    """

    apart: float
    alarms: float


def measure(model: Model, rows: NDArray[Any]) -> Measured:
    """How well a model judges rows that it was not fitted to."""
    ordinary, odd = model.forest.score(rows), model.forest.score(made_odd(rows))
    alarms = float(np.mean(model.ranks(ordinary) >= WATCH_RANK))
    return Measured(round(_apart(ordinary, odd), 5), round(alarms, 5))


def worse(candidate: Measured, active: Measured) -> str:
    """Why the candidate may not take the active one's place; '' if it may."""
    if candidate.apart < active.apart - LOSS:
        return f"it tells fewer pairs apart: {candidate.apart:.3f} instead of {active.apart:.3f}"
    if candidate.alarms > max(active.alarms * 2, active.alarms + ALARMS):
        return f"it alarms more often: {candidate.alarms:.2%} instead of {active.alarms:.2%}"
    return ""


def made_odd(rows: NDArray[Any]) -> NDArray[np.float64]:
    """The rows, two to four features of each moved to where few are. The same rows give the same."""
    random = np.random.default_rng(SEED)
    odd = np.array(rows, float)
    high = np.quantile(odd, 0.99, axis=0)
    order = np.argsort(random.random(odd.shape), axis=1)
    moved = order < random.integers(2, 5, len(odd))[:, None]
    beyond = high + random.uniform(0.5, 2.0, odd.shape)
    return np.where(moved, beyond, odd)


def _apart(ordinary: NDArray[Any], odd: NDArray[Any]) -> float:
    ordered = np.sort(ordinary)
    below, upto = (np.searchsorted(ordered, odd, side=side) for side in ("left", "right"))
    return float(np.mean((below + upto) / 2.0) / len(ordered))
