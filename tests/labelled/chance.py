"""Small draws that `random` does not offer."""

import math
from random import Random
from uuid import UUID


def poisson(rng: Random, mean: float) -> int:
    """A count; by the normal curve where the mean is large."""
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    count, product, floor = 0, rng.random(), math.exp(-mean)
    while product > floor:
        count += 1
        product *= rng.random()
    return count


def around(rng: Random, middle: float, spread: float = 0.4) -> float:
    """A number about as large as `middle`, never negative: log-normal."""
    return middle * math.exp(rng.gauss(0, spread))


def many(rng: Random, least: int, most: int) -> int:
    """A count between two, small ones as likely as large ones on a log scale."""
    return round(math.exp(rng.uniform(math.log(least), math.log(most))))


def digest(rng: Random) -> str:
    """What a pseudonym looks like."""
    return f"{rng.getrandbits(64):016x}"


def uuid(rng: Random) -> UUID:
    """An id."""
    return UUID(int=rng.getrandbits(128), version=4)
