"""The sample that models are fitted to: rows of all subjects, each one's numbers and moment, and nothing else.

Redis keeps a fixed number of them. A row takes the place of one chosen at random, so that older ones thin out: at its usual pace
the sample reaches back about a day and a half, with most of the last hours. While it fills up it takes more at once.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from redis import Redis

from aerostic.detection.forest.features import WIDTH, Rows

SIZE = 8192
# Taken at each look of a process: in the long run, and until the sample is full.
KEPT, FILLING = 16, 256
SECONDS = 14 * 86_400
ROW = np.dtype([("time", "<f8"), ("row", "<f4", (WIDTH,))])


class Gathering:
    """Rows of this process since it last gave some away: each has had the same chance to be among them.

    Args:
        most: how many are kept.
        seed: of the chances.
    """

    def __init__(self, most: int = FILLING, seed: int | None = None) -> None:
        self._random = np.random.default_rng(seed)
        self._rows = np.empty(most, ROW)
        self._offered = 0

    def offer(self, rows: Rows, now: float) -> None:
        """Rows that were looked at."""
        most, offered = len(self._rows), self._offered + np.arange(1, len(rows) + 1)
        places = np.where(offered <= most, offered - 1, self._random.integers(0, offered))
        kept = places < most
        self._rows["time"][places[kept]] = now
        self._rows["row"][places[kept]] = rows[kept]
        self._offered += len(rows)

    def take(self) -> list[bytes]:
        """What was gathered, in no order; it is forgotten here."""
        found = self._random.permutation(self._rows[: self._offered])
        self._offered = 0
        return [row.tobytes() for row in found]


class Sample:
    """The sample of an installation.

    Args:
        redis: a client that answers bytes.
        prefix: first part of its key.
        seed: of the places that rows take.
    """

    def __init__(self, redis: Redis, prefix: str, seed: int | None = None) -> None:
        self._redis, self._key = redis, f"{prefix}:detection:forest"
        self._random = np.random.default_rng(seed)

    def put(self, gathered: list[bytes]) -> None:
        """Take rows of a process in."""
        full = int(self._redis.hlen(self._key)) >= SIZE * 0.9
        taken = gathered[: KEPT if full else FILLING]
        if not taken:
            return
        places = self._random.choice(SIZE, len(taken), replace=False).tolist()
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.hset(self._key, mapping={str(place): row for place, row in zip(places, taken, strict=True)})
        pipeline.expire(self._key, SECONDS)
        pipeline.execute()

    def read(self) -> tuple[NDArray[np.float64], Rows]:
        """Moments and rows, the oldest first; rows of an older version of the features are left out."""
        kept: list[Any] = self._redis.hvals(self._key)
        rows = np.frombuffer(b"".join(raw for raw in kept if len(raw) == ROW.itemsize), ROW)
        rows = rows[np.isfinite(rows["row"]).all(axis=1) & np.isfinite(rows["time"])]
        rows = rows[np.argsort(rows["time"], kind="stable")]
        return rows["time"].copy(), rows["row"].copy()
