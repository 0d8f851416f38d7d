"""The emulator's clock and its timeline of things to come."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Any


class Clock:
    """Wall time with an offset, so that a test can move windows and limits without waiting."""

    def __init__(self) -> None:
        """Start with no offset."""
        self.offset = 0.0

    def now(self) -> float:
        """Return the emulator's unix time."""
        return time.time() + self.offset


class Timeline:
    """Callbacks by due time on one heap with one timer: thousands of messages cost no task each."""

    def __init__(self) -> None:
        """Start empty; the running loop is taken at the first use."""
        self._heap: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        # Kept here since not every loop's handle knows when it is due.
        self._due = 0.0

    def __len__(self) -> int:
        """Return how many callbacks are still to come."""
        return len(self._heap)

    def after(self, seconds: float, callback: Callable[..., None], *arguments: Any) -> None:
        """Call `callback(*arguments)` in `seconds`."""
        loop = asyncio.get_running_loop()
        due = loop.time() + seconds
        heapq.heappush(self._heap, (due, next(self._order), callback, arguments))
        if self._timer is None or due < self._due:
            self._arm(loop)

    def clear(self) -> None:
        """Forget everything to come."""
        self._heap.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._heap:
            self._due = self._heap[0][0]
            self._timer = loop.call_at(self._due, self._run)

    def _run(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        # A millisecond of slack: event loops round timers down.
        now = loop.time() + 0.001
        try:
            while self._heap and self._heap[0][0] <= now:
                _, _, callback, arguments = heapq.heappop(self._heap)
                callback(*arguments)
        finally:
            self._arm(loop)
