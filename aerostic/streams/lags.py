"""How far consumers are behind, told by the processes that run them to those that answer `/metrics` and show pages."""

import time
from collections.abc import Mapping
from typing import Any

from redis import Redis

FRESH_SECONDS = 60.0


def tell_lags(redis: Redis, prefix: str, lags: Mapping[str, int]) -> None:
    """Say how many events each group has not committed; again within a minute, or it is forgotten."""
    key, now = f"{prefix}:lags", time.time()
    with redis.pipeline(transaction=False) as pipe:
        pipe.hset(key, mapping={name: f"{lag} {now:.0f}" for name, lag in lags.items()})
        pipe.expire(key, int(FRESH_SECONDS))
        pipe.execute()


def told_lags(redis: Redis, prefix: str) -> dict[str, int]:
    """What was said within the last minute, by group."""
    said: Any = redis.hgetall(f"{prefix}:lags")
    found = {}
    for name, words in sorted(said.items()):
        lag, at = words.split()
        if time.time() - float(at) <= FRESH_SECONDS:
            found[name.decode()] = int(lag)
    return found
