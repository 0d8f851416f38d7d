"""A member of a group on the Redis transport."""

import math
import time
from collections import deque
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from redis import Redis

from aerostic.db import Event
from aerostic.streams.reading import read_event
from aerostic.streams.redis_keys import RedisKeys
from aerostic.streams.redis_scripts import CLAIM, COMMIT, JOIN, LEAVE

BEATS_PER_LEASE = 3
LONGEST_BLOCK = 5.0  # seconds; well under the client's socket time-out


@dataclass(slots=True)
class Position:
    """How far a partition that we own has come: read from the server, handed out, and handed out since the last commit."""

    read: bytes
    polled: bytes
    uncommitted: int = 0


class RedisConsumer:
    """See `aerostic.streams.bus.Consumer`."""

    def __init__(self, redis: Redis, keys: RedisKeys, group: str, name: str, lease_seconds: float) -> None:
        self._redis = redis
        self._keys = keys
        self._group = group
        self._member = f"{name}:{uuid4().hex}"  # a restarted process is another member: the old one's leases run out
        self._lease_seconds = lease_seconds
        self._last_beat = -math.inf
        self._owned: dict[int, Position] = {}
        self._read_ahead: deque[tuple[int, bytes, bytes]] = deque()
        self._join, self._claim, self._commit, self._leave = map(redis.register_script, (JOIN, CLAIM, COMMIT, LEAVE))

    def poll(self, limit: int, timeout_seconds: float) -> list[Event]:
        """See `Consumer.poll`."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            if time.monotonic() >= self._next_beat():
                self.keep()
            if not self._read_ahead:
                self._read(limit, max(min(deadline, self._next_beat()) - time.monotonic(), 0.0))
            events = self._take(limit)
            if events or time.monotonic() >= deadline:
                return events

    def keep(self) -> None:
        """See `Consumer.keep`. Also takes and gives back partitions, so that the members share them."""
        now = time.monotonic()
        if now - self._last_beat >= self._lease_seconds:
            self._forget_all()  # others may have owned our partitions since
        busy = [int(p in self._owned and self._owned[p].uncommitted > 0) for p in range(self._keys.partitions)]
        leases = [self._keys.members(self._group), *self._keys.leases(self._group)]
        owned = set(self._claim(keys=leases, args=[self._member, int(self._lease_seconds * 1000), *busy]))
        self._last_beat = now
        for partition in self._owned.keys() - owned:
            self._lose(partition)
        for partition in owned - self._owned.keys():
            position = self._join(
                keys=[self._keys.stream(partition)], args=[self._group, 1]
            )  # 1: one that was lost begins anew
            self._owned[partition] = Position(position, position)

    def commit(self) -> None:
        """See `Consumer.commit`."""
        busy = {partition: position for partition, position in self._owned.items() if position.uncommitted}
        if not busy:
            return
        with self._redis.pipeline(transaction=False) as pipe:
            for partition, position in busy.items():
                keys = [self._keys.stream(partition), self._keys.lease(partition, self._group)]
                values: list[str | bytes | int] = [self._group, self._member, position.polled, position.uncommitted]
                self._commit(keys=keys, args=values, client=pipe)
            answers = pipe.execute()
        for (partition, position), still_ours in zip(busy.items(), answers, strict=True):
            position.uncommitted = 0
            if not still_ours:
                self._lose(partition)
                self._last_beat = -math.inf  # find out with the next poll what is ours

    def close(self) -> None:
        """See `Consumer.close`."""
        self._leave(keys=[self._keys.members(self._group), *self._keys.leases(self._group)], args=[self._member])
        self._forget_all()

    def _next_beat(self) -> float:
        return self._last_beat + self._lease_seconds / BEATS_PER_LEASE

    def _read(self, limit: int, wait: float) -> None:
        if not self._owned:
            time.sleep(wait)
            return
        streams: dict[Any, Any] = {
            self._keys.stream(partition): position.read for partition, position in self._owned.items()
        }
        block = max(int(min(wait, LONGEST_BLOCK) * 1000), 1)  # 0 would wait for ever
        partitions = {self._keys.stream(partition).encode(): partition for partition in self._owned}
        answer: Any = self._redis.xread(streams, count=limit, block=block)
        for stream, entries in answer:
            partition = partitions[stream]
            self._read_ahead.extend((partition, entry, fields.get(b"event", b"")) for entry, fields in entries)
            self._owned[partition].read = entries[-1][0]

    def _take(self, limit: int) -> list[Event]:
        events: list[Event] = []
        while self._read_ahead and len(events) < limit:
            partition, entry, payload = self._read_ahead.popleft()
            position = self._owned[partition]
            position.polled = entry
            position.uncommitted += 1
            if (event := read_event(payload)) is not None:
                events.append(event)
        return events

    def _lose(self, partition: int) -> None:
        """Another member goes on from the last commit."""
        del self._owned[partition]
        self._read_ahead = deque(item for item in self._read_ahead if item[0] != partition)

    def _forget_all(self) -> None:
        self._owned.clear()
        self._read_ahead.clear()
