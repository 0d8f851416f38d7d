"""Bodies in memory: of one never more than may come, of all never more than there is room for, and none once it is let go."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from aerostic.web.incoming.bodies import Bodies, FullError, GoneError


def read(bodies: Bodies, parts: Iterable[bytes], limit: int = 10) -> tuple[bytes | None, int]:
    """The body, and how many parts of it nobody asked for. It is whole after an empty part; without one, its caller goes."""
    left = list(parts)

    async def receive() -> dict[str, Any]:
        if not left:
            return {"type": "http.disconnect"}
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(part)}

    return asyncio.run(bodies.read(receive, limit)), len(left)


def test_parts_are_joined_and_take_room_until_they_are_let_go() -> None:
    bodies = Bodies(10)
    body, _left = read(bodies, [b"ab", b"cd", b""])
    assert (body, bodies.room) == (b"abcd", 6)
    bodies.release(b"abcd")
    assert bodies.room == 10


def test_of_one_that_is_too_long_no_more_is_read_and_nothing_kept() -> None:
    bodies = Bodies(100)
    assert (read(bodies, [b"x" * 6] * 10), bodies.room) == ((None, 8), 100)


@pytest.mark.parametrize(("parts", "error"), [([b"ab"], GoneError), ([b"abc", b"defg", b""], FullError)])
def test_what_does_not_become_whole_takes_no_room(parts: list[bytes], error: type[Exception]) -> None:
    bodies = Bodies(6)
    with pytest.raises(error):
        read(bodies, parts)
    assert bodies.room == 6
