"""Those who come while a group is written share the next one; each key by itself, and each learns of its own failure."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from aerostic.web.incoming.together import BUSY, GATHER_SECONDS, Together

ONE, OTHER = "one", "other"


class Slow:
    """Writes when it is let."""

    def __init__(self) -> None:
        self.groups: list[tuple[str, list[str]]] = []
        self.let = threading.Event()

    def __call__(self, key: str, group: Sequence[str]) -> None:
        self.groups.append((key, list(group)))
        self.let.wait(10)
        if "bad" in group:
            raise ValueError("bad")

    async def began(self, number: int) -> None:
        while len(self.groups) < number:
            await asyncio.sleep(0.001)


def test_who_comes_meanwhile_shares_the_next_group_and_other_keys_do_not_wait() -> None:
    slow = Slow()
    together = Together(slow)

    async def come() -> list[None]:
        first = asyncio.ensure_future(together.keep(ONE, "a"))
        await slow.began(1)
        rest = [asyncio.ensure_future(together.keep(ONE, name)) for name in ("b", "c", "d")]
        rest.append(asyncio.ensure_future(together.keep(OTHER, "x")))
        await slow.began(2)
        slow.let.set()
        return await asyncio.gather(first, *rest)

    assert asyncio.run(come()) == [None] * 5
    assert slow.groups == [(ONE, ["a"]), (OTHER, ["x"]), (ONE, ["b", "c", "d"])]
    assert together._waiting == {}


@pytest.mark.parametrize(("many", "waits"), [(BUSY - 1, 0), (BUSY, 1)])
def test_only_behind_a_large_group_is_a_moment_waited_for_more(
    monkeypatch: pytest.MonkeyPatch, many: int, waits: int
) -> None:
    slow, waited = Slow(), []
    monkeypatch.setattr("aerostic.web.incoming.together.sleep", waited.append)
    together = Together(slow)

    async def come() -> None:
        first = asyncio.ensure_future(together.keep(ONE, "a"))
        await slow.began(1)
        rest = [asyncio.ensure_future(together.keep(ONE, str(number))) for number in range(many)]
        await asyncio.sleep(0)
        slow.let.set()
        await asyncio.gather(first, *rest)

    asyncio.run(come())
    assert ([len(group) for _key, group in slow.groups], waited) == ([1, many], [GATHER_SECONDS] * waits)


def test_a_group_that_fails_fails_for_all_of_it_and_the_next_goes_on() -> None:
    slow = Slow()
    together = Together(slow)

    async def come() -> None:
        first = asyncio.ensure_future(together.keep(ONE, "a"))
        await slow.began(1)
        rest = [asyncio.ensure_future(together.keep(ONE, name)) for name in ("bad", "c")]
        await asyncio.sleep(0)
        slow.let.set()
        await first
        for one in rest:
            with pytest.raises(ValueError, match="bad"):
                await one
        await together.keep(ONE, "later")

    asyncio.run(come())
    assert slow.groups[-1] == (ONE, ["later"])


def test_who_has_gone_is_kept_and_keeps_nobody_waiting() -> None:
    slow = Slow()
    together = Together(slow)

    async def come() -> None:
        gone = asyncio.ensure_future(together.keep(ONE, "a"))
        await slow.began(1)
        gone.cancel()
        other = asyncio.ensure_future(together.keep(ONE, "b"))
        await asyncio.sleep(0)
        slow.let.set()
        await other

    asyncio.run(come())
    assert slow.groups == [(ONE, ["a"]), (ONE, ["b"])]
