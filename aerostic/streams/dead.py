"""Dead letters: events that a handler failed on, kept until a person has them handled again or discards them."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis

from aerostic.db import Event

LIMIT = 100_000


class DeadLettersFullError(Exception):
    """No more events are given up on until a person has looked at those that were."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that a handler failed on.

    Args:
        id: its place in the stream of dead letters.
        group: the handler's name.
        event: what it was given.
        reason: the error's class and where it was raised; never its text, which may hold personal data.
    """

    id: str
    group: str
    event: Event
    reason: str


class DeadLetters:
    """The stream of dead letters of all handlers.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the key.
        limit: most letters that are kept.
    """

    def __init__(self, redis: Redis, prefix: str, limit: int = LIMIT) -> None:
        self._redis = redis
        self._key = f"{prefix}:dead"
        self._limit = limit

    def add(self, group: str, event: Event, error: BaseException) -> None:
        """Give up on an event.

        Raises:
            DeadLettersFullError: at the bound; the handler stands still, and nothing is lost.
        """
        if self.count() >= self._limit:
            raise DeadLettersFullError(f"{self._limit} dead letters: replay or discard them, then handlers go on.")
        fields: dict[Any, Any] = {"group": group, "event": event.to_json(), "reason": describe(error)}
        self._redis.xadd(self._key, fields)

    def letters(self, count: int, after: str = "") -> Sequence[DeadLetter]:
        """Up to `count` letters, oldest first, from behind the letter `after`."""
        answer: Any = self._redis.xrange(self._key, min=f"({after}" if after else "-", count=count)
        return [_letter(entry, fields) for entry, fields in answer]

    def replay(self, ids: Sequence[str], functions: Mapping[str, Callable[[Any, list[Event]], None]]) -> Sequence[str]:
        """Have letters handled again, by the functions of their handlers; those that work out leave the stream.

        Returns:
            The ids of those that failed again, or whose handler is not installed.
        """
        failed = []
        for letter_id in ids:
            answer: Any = self._redis.xrange(self._key, min=letter_id, max=letter_id)
            for letter in (_letter(entry, fields) for entry, fields in answer):
                try:
                    functions[letter.group](letter.event.tenant_id, [letter.event])
                except Exception:
                    failed.append(letter_id)
                else:
                    self.discard([letter_id])
        return failed

    def discard(self, ids: Sequence[str]) -> None:
        """Remove letters for good."""
        if ids:
            self._redis.xdel(self._key, *ids)

    def count(self) -> int:
        """How many letters there are."""
        return int(self._redis.xlen(self._key))


def describe(error: BaseException) -> str:
    """An error's class and the line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{place}"


def _letter(entry: bytes, fields: dict[bytes, bytes]) -> DeadLetter:
    event = Event.from_json(fields[b"event"])
    return DeadLetter(entry.decode(), fields[b"group"].decode(), event, fields[b"reason"].decode())
