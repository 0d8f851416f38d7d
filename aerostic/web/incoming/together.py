"""Keeping many small things together: whoever comes while a group is being written shares the next one.

Committing takes the disk as long for a hundred rows as for one. Who finds nobody at work begins at once, so an idle server keeps
nobody waiting; nobody waits for more than the group before its own and, where many come, a moment. Groups with different keys do
not wait for each other.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from time import sleep
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
MOST = 500
# Where many come at once, the next group waits a moment for those who are about to.
BUSY, GATHER_SECONDS = 8, 0.003
Group = list[tuple[T, asyncio.Future[None]]]


class Together(Generic[K, T]):
    """Keeps things in groups. For one event loop, in whose threads they are written.

    Args:
        write: keeps many with one key; whatever it raises reaches all of them.
    """

    def __init__(self, write: Callable[[K, Sequence[T]], None]) -> None:
        self._write, self._lock = write, Lock()
        # Who waits for the group after the one that is being written, by key. No list: nobody is at work.
        self._waiting: dict[K, Group[T]] = {}

    async def keep(self, key: K, what: T) -> None:
        """Return when it is kept.

        Raises:
            Exception: what `write` raised; it is not kept then, or nobody knows.
        """
        loop = asyncio.get_running_loop()
        kept = loop.create_future()
        with self._lock:
            idle = key not in self._waiting
            self._waiting.setdefault(key, []).append((what, kept))
        if idle:
            loop.call_soon(loop.run_in_executor, None, self._go_on, loop, key)
        await kept

    def _go_on(self, loop: asyncio.AbstractEventLoop, key: K) -> None:
        """Write group after group until nobody has come meanwhile. The loop, which may be busy, is not asked in between."""
        while group := self._next(key):
            error: Exception | None = None
            try:
                self._write(key, [what for what, _kept in group])
            except Exception as raised:
                error = raised
            loop.call_soon_threadsafe(_tell, group, error)
            if len(group) >= BUSY:
                sleep(GATHER_SECONDS)

    def _next(self, key: K) -> Group[T]:
        with self._lock:
            waiting = self._waiting.pop(key)
            if waiting:
                self._waiting[key] = waiting[MOST:]
            return waiting[:MOST]


def _tell(group: Group[T], error: Exception | None) -> None:
    for _what, kept in group:
        # One who is done already has gone.
        if error and not kept.done():
            kept.set_exception(error)
        elif not kept.done():
            kept.set_result(None)
