"""The notices as they come: read once a process, kept for pages that come back."""

import asyncio
import time
from collections import deque
from itertools import takewhile
from typing import Any

import structlog
from redis.asyncio import Redis

from aerostic.streams.notices import LENGTH, Notice
from aerostic.web.live.hub import Hub, Stream

log = structlog.get_logger(__name__)
Id = tuple[int, int]
READ = 500
BLOCK_MS = 5000
PAUSE_SECONDS = 1.0
# A page is drawn before its stream is open: what happened in between is told to it.
LEEWAY_MS = 10_000


def parse_id(text: str) -> Id | None:
    """An id of the stream, `<milliseconds>-<number>`; None for anything else."""
    ms, dash, number = text.partition("-")
    if not dash or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in (ms, number)):
        return None
    return int(ms), int(number)


class Feed:
    """Reads the notices and hands them to the hub.

    Args:
        redis: a client that answers bytes.
        key: of the stream.
        hub: where they go.
    """

    def __init__(self, redis: Redis, key: str, hub: Hub) -> None:
        self._redis = redis
        self._key = key
        self._hub = hub
        self._held: deque[tuple[Id, Notice]] = deque(maxlen=LENGTH)
        self.up = False

    @property
    def position(self) -> str:
        """The id of the newest notice; every stream has been offered all up to it."""
        ms, number = self._newest
        return f"{ms}-{number}"

    @property
    def _newest(self) -> Id:
        return self._held[-1][0] if self._held else (0, 0)

    async def run(self) -> None:
        """Read until cancelled. While the server is away no stream stays open: a page must not look live that is not."""
        while True:
            try:
                await self._load()
                self.up = True
                while True:
                    await self._read()
            except Exception as error:
                log.warning("notices cannot be read", reason=type(error).__name__)
            finally:
                self.up = False
                self._hub.end_all()
            await asyncio.sleep(PAUSE_SECONDS)

    def catch_up(self, stream: Stream, after: str) -> None:
        """Tell a stream what it has missed.

        Args:
            after: the last id it knows of; '' for a page that has just been drawn.
        """
        known = parse_id(after) if after else (int(time.time() * 1000) - LEEWAY_MS, 0)
        if known is None or (after and not self._reaches_back_to(known)):
            stream.lose()
            return
        for _, notice in takewhile(lambda entry: entry[0] > known, reversed(self._held)):
            stream.offer(notice)

    def _reaches_back_to(self, known: Id) -> bool:
        """Whether every notice after an id is held. One from the future is of a stream that is lost."""
        oldest = self._held[0][0] if self._held else self._newest
        return oldest <= known <= self._newest

    async def _load(self) -> None:
        entries: Any = await self._redis.xrevrange(self._key, count=LENGTH)
        self._held.clear()
        for id_, fields in reversed(entries):
            self._hold(id_, fields)

    async def _read(self) -> None:
        answer: Any = await self._redis.xread({self._key: self.position}, count=READ, block=BLOCK_MS)
        for _, entries in answer:
            for id_, fields in entries:
                self._hub.publish(self._hold(id_, fields))

    def _hold(self, id_: bytes, fields: dict[bytes, bytes]) -> Notice:
        notice = Notice.from_fields(fields)
        found = parse_id(id_.decode())
        assert found is not None  # noqa: S101 - the server made it
        self._held.append((found, notice))
        return notice
