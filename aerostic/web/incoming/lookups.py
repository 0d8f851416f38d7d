"""What is asked of the database for every webhook, remembered for a while: whose address it came to."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

V = TypeVar("V")
MOST_KEPT = 10_000


class Lookups(Generic[V]):
    """Answers by key, those that say "there is none" too. For one event loop, in whose threads the database is asked.

    Args:
        look_up: asks the database; None where there is none.
        seconds: how long an answer is good.
        clock: seconds that never go back.
    """

    def __init__(
        self, look_up: Callable[..., V | None], seconds: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self._look_up, self._seconds, self._clock = look_up, seconds, clock
        self._kept: dict[tuple[str, ...], tuple[float, V | None]] = {}
        self._asked: dict[tuple[str, ...], asyncio.Future[V | None]] = {}

    async def get(self, *key: str) -> V | None:
        """The answer for a key. One asks for all who come at the same time; who comes while an old answer is renewed takes that.

        Raises:
            Exception: what `look_up` raised.
        """
        now, asked = self._clock(), self._asked.get(key)
        until, found = self._kept.get(key, (0.0, None))
        if now < until or (asked and found is not None and now < until + self._seconds):
            return found
        if asked is None:
            asked = self._asked[key] = asyncio.ensure_future(self._ask(key))
            asked.add_done_callback(lambda _: self._asked.pop(key))
        # The others still wait where the one who asked has gone.
        return await asyncio.shield(asked)

    async def _ask(self, key: tuple[str, ...]) -> V | None:
        found = await asyncio.to_thread(self._look_up, *key)
        if len(self._kept) >= MOST_KEPT:
            self._kept = {}
        self._kept[key] = (self._clock() + self._seconds, found)
        return found

    def forget(self) -> None:
        """Know nothing any more."""
        self._kept = {}
