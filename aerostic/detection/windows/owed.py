"""What one group of keys owes to Redis, and the call that pays it.

A call that failed is repeated as it was, under its number: the server drops what it has done already, so a lost answer does not
count anything twice. What comes meanwhile waits behind it, bounded; other processes do without what is dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from aerostic.detection.windows.metrics import DROPPED, FAILURES
from aerostic.detection.windows.shared import Shared

CHUNK = 4_000
"""Counts in one call: what is caught up with after an outage must not hold up the server for long."""
MOST = 200_000
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between tries while the server is away

Fields = dict[Any, Any]
Place = tuple[int, str]


@dataclass(slots=True)
class Call:
    """One call of the script: its keys and arguments, the places those stand for, and what we knew of each."""

    keys: list[str]
    arguments: list[Any]
    places: list[Place]
    known: list[int]


class Group:
    """The keys of one hash slot.

    Args:
        script: `SHARE`, registered with a client.
        tag: hash tag of its keys.
        prefix: first part of its keys.
        process: which process this is; another one after a restart.
        windows: those of all detectors, by number.
    """

    def __init__(self, script: Any, tag: str, prefix: str, process: str, windows: Sequence[Shared]) -> None:
        self._script, self._process, self._windows = script, process, windows
        self.folder = f"{prefix}:w:{{{tag}}}:"
        self._head: list[Any] = [process, len(windows)]
        for window in windows:
            self._head += window.head
        self.owed: dict[Place, Fields] = {}
        self.entries = 0
        self._call: Call | None = None
        self._tick = 0
        self._pause = FIRST_PAUSE
        self._not_before = float("-inf")
        self._error: RedisError | None = None

    def owe(self, place: Place, field: Any, value: Any) -> None:
        """Note what has to be written."""
        fields = self.owed.get(place)
        if fields is None:
            fields = self.owed[place] = {}
        before = fields.get(field)
        if before is None:
            self.entries += 1
            fields[field] = value
        else:
            fields[field] = self._windows[place[0]].both(before, value)

    def pay(self, now: float) -> None:
        """Write what is owed, or the first of it; take in what others have written.

        Raises:
            RedisError: it stays owed. While the server is away, it is tried again after a pause that grows.
        """
        self._bound()
        if self._error is not None and self._not_before - LONGEST_PAUSE <= now < self._not_before:
            raise self._error
        call = self._call = self._call or self._next_call(now)
        if call is None:
            return
        try:
            told = self._script(keys=call.keys, args=call.arguments)
        except RedisError as error:
            FAILURES.inc()
            self._error, self._not_before = error, now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            raise
        self._call, self._error, self._pause = None, None, FIRST_PAUSE
        self._learn(call, told)

    def _next_call(self, now: float) -> Call | None:
        """The oldest of what is owed, without what its window has left behind."""
        if not self.owed:
            return None
        self._tick += 1
        call, size = Call([f"{self.folder}done:{self._process}"], [self._tick, *self._head], [], []), 0
        while self.owed and size < CHUNK:
            place = next(iter(self.owed))
            number, key = place
            fields, window = self.owed.pop(place), self._windows[number]
            self.entries -= len(fields)
            live, known = window.live(fields, now), window.known(key)
            if live and not known and not window.quota.allows(key, now):
                DROPPED.inc(len(fields))
            elif live:
                call.keys.append(self.folder + window.name + key)
                call.places.append(place)
                call.known.append(known)
                call.arguments += (number, known, len(live) // 2, *live)
                size += len(live) // 2
        return call if call.places else None

    def _learn(self, call: Call, told: Sequence[Any]) -> None:
        others = dict(told)
        for at, (place, known) in enumerate(zip(call.places, call.known, strict=True)):
            window = self._windows[place[0]]
            if at in others:
                window.take(place[1], others[at], self.owed.get(place, {}))
            else:
                window.alone(place[1], known)

    def _bound(self) -> None:
        while self.entries > MOST:
            fields = self.owed.pop(next(iter(self.owed)))
            self.entries -= len(fields)
            DROPPED.inc(len(fields))
