"""The bus on Redis streams: a stream a partition, its groups holding the positions, its members sharing by leases.

A group's position in a partition is the `last-delivered-id` of the stream's consumer group, moved by commits alone: what
was read and not committed is simply read again. A partition has one owner at a time, which is what keeps a key's order; an
owner that lost its lease cannot commit. A commit trims what no group needs any more.

Durable means: in the server's append-only file, synced as its `appendfsync` says.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from zlib import crc32

from redis import Redis
from redis.exceptions import RedisError

from aerostic.db import Event
from aerostic.streams.bus import LEASE_SECONDS, PARTITIONS, BusError, BusFullError
from aerostic.streams.redis_consumer import RedisConsumer
from aerostic.streams.redis_keys import RedisKeys
from aerostic.streams.redis_scripts import FORGET, JOIN, PUBLISH

LIMIT = 100_000


class RedisBus:
    """See `aerostic.streams.bus.Bus`.

    Args:
        redis: a client that answers bytes, for a server with its append-only file on and `noeviction`.
        prefix: first part of every key.
        lease_seconds: how long a silent member keeps its partitions.
        limit: most events in one partition. Past it, `publish` refuses; while no group exists, the oldest go instead.
    """

    def __init__(self, redis: Redis, prefix: str, *, lease_seconds: float = LEASE_SECONDS, limit: int = LIMIT) -> None:
        self._redis = redis
        self._keys = RedisKeys(prefix, PARTITIONS)
        self._lease_seconds = lease_seconds
        self._limit = limit
        self._publish, self._join, self._forget = map(redis.register_script, (PUBLISH, JOIN, FORGET))

    def publish(self, events: Sequence[Event]) -> None:
        """See `Bus.publish`."""
        by_partition: dict[int, list[Event]] = {}
        for event in events:
            by_partition.setdefault(crc32(event.key.encode()) % PARTITIONS, []).append(event)
        if not by_partition:
            return
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                for partition, given in by_partition.items():
                    payloads = [event.to_json() for event in given]
                    self._publish(keys=[self._keys.stream(partition)], args=[self._limit, *payloads], client=pipe)
                answers = pipe.execute()
        except RedisError as error:
            raise BusError("Redis did not take the events.") from error
        if not all(answers):
            full = zip(by_partition.values(), answers, strict=True)
            refused = [event for given, taken in full if not taken for event in given]
            raise BusFullError(
                "A consumer is too far behind: start it, or forget it (page Queues) if it is gone.", refused
            )

    def create_group(self, group: str, *, from_start: bool = False) -> None:
        """See `Bus.create_group`."""
        with self._redis.pipeline(transaction=False) as pipe:
            for stream in self._keys.streams():
                self._join(keys=[stream], args=[group, int(from_start)], client=pipe)
            pipe.execute()

    def consumer(self, group: str, *, name: str, from_start: bool = False) -> RedisConsumer:
        """See `Bus.consumer`."""
        self.create_group(group, from_start=from_start)
        return RedisConsumer(self._redis, self._keys, group, name, self._lease_seconds)

    def lag(self, group: str) -> int:
        """See `Bus.lag`."""
        return sum(info["lag"] or 0 for info in self._places() if info["name"] == group.encode())

    def idle_groups(self) -> list[str]:
        """See `Bus.idle_groups`. A member that was killed counts for a lease."""
        names = sorted({info["name"].decode() for info in self._places()})
        with self._redis.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.exists(self._keys.members(name))
            beating = pipe.execute()
        return [name for name, has_members in zip(names, beating, strict=True) if not has_members]

    def forget(self, group: str) -> None:
        """See `Bus.forget`."""
        with self._redis.pipeline(transaction=False) as pipe:
            for stream in self._keys.streams():
                self._forget(keys=[stream], args=[group], client=pipe)
            pipe.delete(self._keys.members(group), *self._keys.leases(group))
            pipe.execute(raise_on_error=False)

    def close(self) -> None:
        """See `Bus.close`. The client belongs to the caller."""

    def _places(self) -> Iterator[dict[str, Any]]:
        """What the server says of each group's place in each partition."""
        with self._redis.pipeline(transaction=False) as pipe:
            for stream in self._keys.streams():
                pipe.xinfo_groups(stream)
            answers = pipe.execute(raise_on_error=False)
        return (info for answer in answers if isinstance(answer, list) for info in answer)
