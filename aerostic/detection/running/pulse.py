"""Whether detection is alive and how far behind it is, told to the other processes through Redis."""

from typing import Any

import orjson
from redis import Redis

from aerostic.detection.metrics import ALIVE, DEGRADED, LAG

SECONDS = 60
GROUP = "detection"


def beat(redis: Redis, prefix: str, figures: dict[str, float]) -> None:
    """Say that detection runs.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the key.
        figures: `at`, seconds since 1970; `events` and `observations`, how many wait; `detectors`, how many judge;
            `degraded`, 1 where the database cannot be read.
    """
    redis.set(_key(prefix), orjson.dumps(figures), ex=SECONDS)


def last(redis: Redis, prefix: str) -> dict[str, float] | None:
    """What was said last; None where detection has been silent for a minute."""
    raw: Any = redis.get(_key(prefix))
    return None if raw is None else orjson.loads(raw)


def meter(redis: Redis, prefix: str) -> dict[str, float] | None:
    """Bring the gauges of this process up to date; what was said last.

    Raises:
        redis.exceptions.RedisError: it cannot be reached.
    """
    figures = last(redis, prefix)
    ALIVE.set(int(figures is not None))
    DEGRADED.set((figures or {}).get("degraded", 0.0))
    for bus in ("observations", "events"):
        LAG.labels(bus).set((figures or {}).get(bus, 0.0))
    return figures


def _key(prefix: str) -> str:
    return f"{prefix}:detection:pulse"
