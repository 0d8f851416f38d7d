"""The ids of the last commits, in Redis: a process that follows one that was killed does not count their events again."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from redis import Redis

from aerostic.db import Event

COMMITS = 40
KEPT_SECONDS = 3600
SIZE = 16  # bytes of an id


class Recent:
    """Written before each commit, after what was decided has been done.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the key.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}:detection:recent"

    def add(self, events: Sequence[Event]) -> None:
        """These are done with.

        Raises:
            RedisError: they may come again.
        """
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.lpush(self._key, b"".join(event.id.bytes for event in events))
            pipe.ltrim(self._key, 0, COMMITS - 1)
            pipe.expire(self._key, KEPT_SECONDS)
            pipe.execute()

    def ids(self) -> Iterator[UUID]:
        """All of them."""
        answer: Any = self._redis.lrange(self._key, 0, -1)
        for raw in answer:
            yield from (UUID(bytes=raw[place : place + SIZE]) for place in range(0, len(raw), SIZE))
