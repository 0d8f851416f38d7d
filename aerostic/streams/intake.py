"""The intake stream: webhooks that were answered 200, until somebody has processed them.

Its server keeps what it took: append-only file on, `noeviction`. The stream is bounded; past the bound the sender is told
503 and tries again later. An entry leaves only when it is acknowledged.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from redis import Redis
from redis.exceptions import RedisError, ResponseError

Entry = tuple[bytes, dict[bytes, bytes]]
GROUP = "webhooks"
APPEND = """
local each = tonumber(ARGV[2])
if redis.call('XLEN', KEYS[1]) + (#ARGV - 2) / each > tonumber(ARGV[1]) then return false end
for first = 3, #ARGV, each do redis.call('XADD', KEYS[1], '*', unpack(ARGV, first, first + each - 1)) end
return true
"""


class IntakeError(Exception):
    """The webhook was not taken: answer 503, so that the sender tries again."""


class IntakeFullError(IntakeError):
    """As many webhooks wait as the bound allows."""


class IntakeUnavailableError(IntakeError):
    """The stream's server is away, out of memory, read-only or cannot write its append-only file."""


class Intake:
    """The one stream of received webhooks, shared by all processes that append and all that consume.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the stream's key.
        limit: most entries that may wait.
    """

    def __init__(self, redis: Redis, prefix: str, limit: int) -> None:
        self._redis = redis
        self._key = f"{prefix}:intake"
        self._limit = limit
        self._append = redis.register_script(APPEND)

    def append(self, *webhooks: Mapping[bytes, bytes]) -> None:
        """Keep webhooks, all or none. When this returns, the server has them in its append-only file.

        Args:
            webhooks: what the consumer needs of each, at least one, all with the same fields; bodies are sealed by the caller.

        Raises:
            IntakeFullError: at the bound.
            IntakeUnavailableError: the server did not confirm; the entries may or may not be there.
        """
        arguments: list[bytes | int] = [self._limit, 2 * len(webhooks[0])]
        for fields in webhooks:
            for item in fields.items():
                arguments.extend(item)
        try:
            taken = self._append(keys=[self._key], args=arguments)
        except RedisError as error:
            raise IntakeUnavailableError("The intake stream's server did not take the webhook.") from error
        if taken is None:
            raise IntakeFullError(f"{self._limit} webhooks wait to be processed: start more stream processes.")

    def read(self, consumer: str, count: int, block_ms: int) -> list[Entry]:
        """Up to `count` entries nobody was given yet, waiting at most `block_ms` for the first one."""
        streams: dict[Any, Any] = {self._key: ">"}
        try:
            answer: Any = self._redis.xreadgroup(GROUP, consumer, streams, count=count, block=block_ms)
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            self._create_group()
            answer = self._redis.xreadgroup(GROUP, consumer, streams, count=count, block=block_ms)
        return list(answer[0][1]) if answer else []

    def claim_stale(self, consumer: str, idle_ms: int, count: int) -> list[Entry]:
        """Take over up to `count` entries that a consumer was given at least `idle_ms` ago and never acknowledged."""
        try:
            answer = self._redis.xautoclaim(self._key, GROUP, consumer, idle_ms, "0-0", count=count)
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            return []
        return list(answer[1])

    def ack(self, ids: Sequence[bytes]) -> None:
        """Drop entries whose effects are committed."""
        if not ids:
            return
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.xack(self._key, GROUP, *ids)
            pipe.xdel(self._key, *ids)
            pipe.execute()

    def backlog(self) -> int:
        """How many entries wait or are being processed."""
        return int(self._redis.xlen(self._key))

    def _create_group(self) -> None:
        try:
            self._redis.xgroup_create(self._key, GROUP, "0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise
