"""Series with what is odd in them known: fourteen days of one value each five minutes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NUMBER, STEP, DAY = 4_032, 300, 288
START = 1_700_006_400.0  # a midnight
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """A series, and from where to where something is odd: `places` of values."""

    values: Values
    odd: tuple[tuple[int, int], ...] = ()

    def points(self) -> list[tuple[float, float]]:
        """Each value with its time."""
        return [(START + at * STEP, value) for at, value in enumerate(self.values.tolist())]

    def found(self, scores: Values, least: float, slack: int = 60) -> tuple[int, int]:
        """How many odd places have a score of at least `least`, and how many such scores lie elsewhere, after three days."""
        alarms = [at for at in np.flatnonzero(scores >= least) if at >= 3 * DAY]
        inside = [any(begin <= at < end + slack for begin, end in self.odd) for at in alarms]
        hit = sum(any(begin <= at < end + slack for at in alarms) for begin, end in self.odd)
        return hit, inside.count(False)


def _time() -> Values:
    return np.arange(NUMBER) / DAY * 2 * np.pi


def noise(seed: int) -> Curve:
    random = np.random.default_rng(seed)
    return Curve(10 + random.normal(0, 1, NUMBER) + 3 * np.sin(_time()))


def spikes(seed: int) -> Curve:
    random = np.random.default_rng(seed)
    curve = np.abs(random.normal(2, 0.2, NUMBER))
    for at in (1_500, 3_000):
        curve[at : at + 6] += 20
    return Curve(curve, ((1_500, 1_506), (3_000, 3_006)))


def shift(seed: int) -> Curve:
    random = np.random.default_rng(seed)
    curve = 50 + random.normal(0, 2, NUMBER)
    curve[2_500:] += 15
    return Curve(curve, ((2_500, 2_510),))


def missing_season(seed: int) -> Curve:
    random = np.random.default_rng(seed)
    curve = 50 + 20 * np.sin(_time()) + random.normal(0, 2, NUMBER)
    curve[9 * DAY : 9 * DAY + 200] = 50 + random.normal(0, 2, 200)
    return Curve(curve, ((9 * DAY, 9 * DAY + 200),))


def counts(seed: int) -> Curve:
    """Messages of a busy tenant: a daily course, heavy tails, and a flood."""
    random = np.random.default_rng(seed)
    mean = np.exp(2.5 + 0.7 * np.sin(_time()))
    curve = random.poisson(mean * random.gamma(3, 1 / 3, NUMBER)).astype(float)
    curve[3_200:3_225] += 150
    return Curve(curve, ((3_200, 3_225),))


CURVES: dict[str, Callable[[int], Curve]] = {
    "noise": noise,
    "spikes": spikes,
    "shift": shift,
    "missing season": missing_season,
    "counts": counts,
}
