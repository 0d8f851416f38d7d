"""Hearing at once which lanes were woken. Nothing depends on it: who hears nothing looks again soon."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from aerostic.messaging.outbound.waking import channel
from aerostic.registry import runtime

PAUSE_SECONDS = 1.0


async def listen(tell: Callable[[UUID], None]) -> None:
    """Tell of every lane that is woken, until cancelled."""
    while True:
        with suppress(RedisError, OSError):
            async with (
                Redis.from_url(runtime().settings.redis_url, socket_keepalive=True) as redis,
                redis.pubsub() as told,
            ):
                await told.subscribe(channel())
                async for message in told.listen():
                    if message["type"] == "message":
                        for number_id in _ids(message["data"]):
                            tell(number_id)
        await asyncio.sleep(PAUSE_SECONDS)


async def within(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, at most this long."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _ids(raw: bytes) -> list[UUID]:
    return [UUID(bytes=raw[start : start + 16]) for start in range(0, len(raw) // 16 * 16, 16)]
