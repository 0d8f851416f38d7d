"""Whether detection is alive and how far behind it is, told to the other processes through Redis."""

from typing import Any

import orjson
from redis import Redis

SECONDS = 60
GROUP = "detection"


def beat(redis: Redis, prefix: str, figures: dict[str, float]) -> None:
    """Say that detection runs.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the key.
        figures: `at`, seconds since 1970; `events` and `observations`, how many wait; `detectors`, how many judge.
    """
    redis.set(_key(prefix), orjson.dumps(figures), ex=SECONDS)


def last(redis: Redis, prefix: str) -> dict[str, float] | None:
    """What was said last; None where detection has been silent for a minute."""
    raw: Any = redis.get(_key(prefix))
    return None if raw is None else orjson.loads(raw)


def _key(prefix: str) -> str:
    return f"{prefix}:detection:pulse"
