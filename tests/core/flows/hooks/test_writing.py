"""Those who come while a group is written share the next one; each tenant by itself, and each learns of its own failure."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from aerostic.db import new_id
from aerostic.flows.hooks.writing import Together
from tests.support.processes import eventually

ONE, OTHER = new_id(), new_id()


class Slow:
    """Writes when it is let."""

    def __init__(self) -> None:
        self.groups: list[tuple[UUID, list[str]]] = []
        self.let = threading.Event()

    def __call__(self, tenant_id: UUID, group: Sequence[str]) -> None:
        self.groups.append((tenant_id, list(group)))
        self.let.wait(10)
        if "bad" in group:
            raise ValueError("bad")


def gathered(together: Together[str], number: int) -> bool:
    return len(together._waiting[ONE]) == number


def test_who_comes_meanwhile_shares_the_next_group_and_other_tenants_do_not_wait() -> None:
    slow = Slow()
    together = Together(slow)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(together.keep, ONE, "a")
        eventually(lambda: slow.groups)
        rest = [pool.submit(together.keep, ONE, name) for name in ("b", "c", "d")]
        eventually(lambda: gathered(together, 4))
        rest.append(pool.submit(together.keep, OTHER, "x"))
        eventually(lambda: len(slow.groups) == 2)
        slow.let.set()
        assert [one.result(10) for one in (first, *rest)] == [None] * 5
    (before, *_), (elsewhere, *_), (after, names) = slow.groups
    assert (before, elsewhere, after, sorted(names)) == (ONE, OTHER, ONE, ["b", "c", "d"])
    assert together._waiting == {}


def test_a_group_that_fails_fails_for_all_of_it_and_the_next_goes_on() -> None:
    slow = Slow()
    together = Together(slow)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(together.keep, ONE, "a")
        eventually(lambda: slow.groups)
        rest = [pool.submit(together.keep, ONE, name) for name in ("bad", "c")]
        eventually(lambda: gathered(together, 3))
        slow.let.set()
        assert first.result(10) is None
        for one in rest:
            with pytest.raises(ValueError, match="bad"):
                one.result(10)
    assert together.keep(ONE, "later") is None
