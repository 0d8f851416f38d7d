"""Which events a handler has already been given.

An event comes twice when the relay or a consumer died before it could say that it was done. The second copy follows the
first within a batch of the relay or a poll, so the last ids are enough.
"""

import time
from collections.abc import Sequence
from typing import Any

from redis import Redis

from aerostic.db import Event

SIZE = 10_000  # ten batches of the relay
KEEP_SECONDS = 7 * 24 * 3600


class Seen:
    """The last ids that one group is done with.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the key.
        group: whose ids these are.
        size: how many are kept.
    """

    def __init__(self, redis: Redis, prefix: str, group: str, size: int = SIZE) -> None:
        self._redis = redis
        self._key = f"{prefix}:seen:{group}"
        self._size = size

    def new(self, events: Sequence[Event]) -> list[Event]:
        """Those that have not been seen, each once."""
        unique = list({event.id: event for event in events}.values())
        if not unique:
            return []
        ids: list[Any] = [event.id.bytes for event in unique]
        scores = self._redis.zmscore(self._key, ids)
        return [event for event, score in zip(unique, scores, strict=True) if score is None]

    def add(self, events: Sequence[Event]) -> None:
        """Remember these."""
        if not events:
            return
        now = time.time()
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.zadd(self._key, {event.id.bytes: now for event in events})
            pipe.zremrangebyrank(self._key, 0, -self._size - 1)
            pipe.expire(self._key, KEEP_SECONDS)
            pipe.execute()
