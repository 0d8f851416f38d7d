"""An address is asked for once by all who come at the same time, and then remembered for a while."""

import asyncio
import threading
from collections.abc import Awaitable

import pytest

from aerostic.web.incoming.lookups import Lookups

SECONDS = 30.0


class Database:
    """Answers when it is let, with what is there then."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.there: str | None = "old"
        self.let, self.now = threading.Event(), 0.0
        self.let.set()
        self.lookups = Lookups(self, SECONDS, lambda: self.now)

    def __call__(self, *key: str) -> str | None:
        self.asked.append(key)
        self.let.wait(10)
        if self.there == "away":
            raise ConnectionError
        return self.there

    async def began(self, number: int) -> None:
        while len(self.asked) < number:
            await asyncio.sleep(0.001)

    async def several(self, number: int) -> list[Awaitable[str | None]]:
        """As many who come at the same time, and wait by now."""
        before = len(self.asked)
        waiting: list[Awaitable[str | None]] = [asyncio.ensure_future(self.lookups.get("a")) for _ in range(number)]
        await self.began(before + 1)
        return waiting


@pytest.mark.parametrize("there", ["old", None])
def test_an_answer_is_good_for_its_time_also_where_there_is_none(there: str | None) -> None:
    database = Database()
    database.there = there

    async def come() -> None:
        for database.now in (0.0, SECONDS - 1, SECONDS, SECONDS * 2 - 1):
            assert await database.lookups.get("a", "b") == there

    asyncio.run(come())
    assert database.asked == [("a", "b")] * 2


def test_one_asks_for_all_who_come_at_the_same_time_and_it_may_go() -> None:
    database = Database()

    async def come() -> list[str | None]:
        database.let.clear()
        first, *others = await database.several(5)
        first.cancel()  # type: ignore[attr-defined]
        database.let.set()
        return await asyncio.gather(*others)

    assert (asyncio.run(come()), database.asked) == (["old"] * 4, [("a",)])


def test_who_comes_while_an_old_answer_is_renewed_takes_that_but_never_one_that_is_too_old() -> None:
    database = Database()

    async def come(at: float) -> list[str | None]:
        database.there, database.now = "old", 0.0
        await database.lookups.get("a")
        database.there, database.now = "new", at
        database.let.clear()
        first, second = await database.several(2)
        await asyncio.sleep(0)
        database.let.set()
        found = await asyncio.gather(first, second)
        database.lookups.forget()
        return found

    assert asyncio.run(come(SECONDS + 1)) == ["new", "old"]
    assert asyncio.run(come(SECONDS * 2)) == ["new", "new"]


def test_where_the_database_is_away_all_who_asked_are_told_and_the_next_one_asks_again() -> None:
    database = Database()
    database.there = "away"

    async def come() -> None:
        for waiting in await database.several(3):
            with pytest.raises(ConnectionError):
                await waiting
        database.there = "back"
        assert await database.lookups.get("a") == "back"

    asyncio.run(come())
