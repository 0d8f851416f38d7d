"""What a process remembers for a minute of rows that every request asks for, and forgets when one of them changes."""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from redis.exceptions import RedisError

from aerostic.registry import runtime

T = TypeVar("T")
SECONDS = 60.0
# How long another process may go on with what has changed.
LOOK_SECONDS = 1.0
MOST = 10_000


class Remembered(Generic[T]):
    """Answers by key, those that say "there is none" too. Safe between threads. Needs an application context.

    Args:
        topic: names the counter in Redis that `forget` raises and every process watches.
        clock: monotonic seconds.
    """

    def __init__(self, topic: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._topic = topic
        self._clock = clock
        self._lock = Lock()
        self._kept: dict[Hashable, tuple[float, T]] = {}
        self._generation = b""
        self._look_at = 0.0

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        """The answer for `key`: the one we know, else what `find` finds."""
        now = self._clock()
        self._watch(now)
        kept = self._kept.get(key)
        if kept and kept[0] > now:
            return kept[1]
        generation, value = self._generation, find()
        with self._lock:
            # What was read while something changed may be the old state: it is given back, but not kept.
            if generation == self._generation:
                if len(self._kept) >= MOST:
                    self._kept.clear()
                self._kept[key] = (now + SECONDS, value)
        return value

    def forget(self) -> None:
        """Something has changed, and is committed: all processes look anew, this one at once."""
        self.drop(str(runtime().redis.incr(self._key())).encode())

    def drop(self, generation: bytes = b"") -> None:
        """Know nothing any more, in this process."""
        with self._lock:
            self._generation = generation
            self._kept.clear()

    def _watch(self, now: float) -> None:
        if now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        try:
            generation = bytes(runtime().redis.get(self._key()) or b"")  # type: ignore[arg-type]
        except RedisError:
            return  # what is known stays good for its minute
        if generation != self._generation:
            self.drop(generation)

    def _key(self) -> str:
        return f"{runtime().settings.redis_prefix}:changes:{self._topic}"
