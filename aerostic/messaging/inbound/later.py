"""Statuses whose message is not known yet: they may come before the lane has written its results. Tried again for a day.

Kept in Redis beside the intake stream, sealed, by a digest of what they say, so that one that comes twice is kept once.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from time import time
from typing import Any
from uuid import UUID

import orjson
import structlog
from redis import Redis

from aerostic.messaging.contract import StatusUpdate
from aerostic.security.envelope import Place, seal, unseal
from aerostic.security.errors import KeyDestroyedError, SecurityError
from aerostic.security.vault import blind_index, keyring

log = structlog.get_logger(__name__)
FIRST_SECONDS, LONGEST_SECONDS = 1.0, 600.0
KEPT_SECONDS = 24 * 3600.0
MOST_KEPT = 500_000
TENANT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Waiting:
    """A status that waits for its message. `since` is when we first saw it, in unix seconds."""

    tenant_id: UUID
    channel: str
    since: float
    update: StatusUpdate = field(repr=False)

    @property
    def digest(self) -> bytes:
        """The same for the same status."""
        update = self.update
        said = f"{update.provider_id} {update.message_id} {update.attempt} {update.status} {update.time.timestamp()}"
        return blind_index(self.tenant_id, "intake.status", said)


class Later:
    """The waiting statuses of all tenants.

    Args:
        redis: the server of the intake stream.
        prefix: first part of the keys.
        clock: unix seconds.
    """

    def __init__(self, redis: Redis, prefix: str, clock: Callable[[], float] = time) -> None:
        self._redis = redis
        self._due, self._held = f"{prefix}:intake:later", f"{prefix}:intake:later:held"
        self._clock = clock

    def full(self) -> bool:
        """Whether as many wait as the bound allows."""
        return int(self._redis.zcard(self._due)) >= MOST_KEPT

    def put(self, tenant_id: UUID, channel: str, updates: Sequence[StatusUpdate]) -> None:
        """Keep statuses; those that are here already stay as they are."""
        if not updates:
            return
        now = self._clock()
        with self._redis.pipeline() as pipe:
            for update in updates:
                waiting = Waiting(tenant_id, channel, now, update)
                pipe.hsetnx(self._held, waiting.digest, _pack(waiting))
                pipe.zadd(self._due, {waiting.digest: now + FIRST_SECONDS}, nx=True)
            pipe.execute()

    def due(self, count: int) -> list[Waiting]:
        """Up to `count` whose time to be tried again has come. One whose key is missing is put off until it is back; one of a
        tenant that was erased meanwhile is dropped."""
        digests: Any = self._redis.zrangebyscore(self._due, 0, self._clock(), start=0, num=count)
        if not digests:
            return []
        held: Any = self._redis.hmget(self._held, digests)
        self.drop([digest for digest, raw in zip(digests, held, strict=True) if raw is None])
        found = []
        for digest, raw in zip(digests, held, strict=True):
            try:
                found += [_unpack(digest, raw)] if raw is not None else []
            except KeyDestroyedError:
                self.drop([digest])
            except SecurityError as error:
                log.error("waiting status cannot be opened", reason=str(error))
                self._redis.zadd(self._due, {digest: self._clock() + LONGEST_SECONDS}, xx=True)
        return found

    def again(self, waiting: Sequence[Waiting]) -> None:
        """Put off: each time for as long as it has waited so far, at most ten minutes."""
        now = self._clock()
        times = {w.digest: now + min(max(now - w.since, FIRST_SECONDS), LONGEST_SECONDS) for w in waiting}
        if times:
            self._redis.zadd(self._due, times, xx=True)

    def drop(self, digests: Sequence[bytes]) -> None:
        """These are done with."""
        if digests:
            with self._redis.pipeline(transaction=True) as pipe:
                pipe.zrem(self._due, *digests)
                pipe.hdel(self._held, *digests)
                pipe.execute()

    def is_over(self, waiting: Waiting) -> bool:
        """Whether it has waited long enough for its message."""
        return self._clock() - waiting.since >= KEPT_SECONDS


def _pack(waiting: Waiting) -> bytes:
    value = {"channel": waiting.channel, "since": waiting.since, "update": asdict(waiting.update)}
    place = Place("intake", "status", waiting.tenant_id, UUID(bytes=waiting.digest))
    return waiting.tenant_id.bytes + seal(keyring(), place, orjson.dumps(value))


def _unpack(digest: bytes, raw: bytes) -> Waiting:
    tenant_id = UUID(bytes=raw[:TENANT_BYTES])
    place = Place("intake", "status", tenant_id, UUID(bytes=digest))
    value = orjson.loads(unseal(keyring(), place, raw[TENANT_BYTES:]))
    told = value["update"]
    told["time"] = datetime.fromisoformat(told["time"])
    told["message_id"] = UUID(told["message_id"]) if told["message_id"] else None
    return Waiting(tenant_id, value["channel"], value["since"], StatusUpdate(**told))
