"""A lane at the moment in which a flag is set: step by step, without the loops that would hide one step behind another."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from aerostic.db import service_scope, transaction
from aerostic.messaging.contract import ErrorScope, Outbound, SendResult, Sent
from aerostic.messaging.models import Message
from aerostic.messaging.outbound import leases, queue
from aerostic.messaging.outbound.lane import Lane
from aerostic.messaging.outbound.queue import Waiting
from aerostic.messaging.outbound.results import Result
from aerostic.messaging.outbound.standing import FREE
from aerostic.messaging.outbound.store import LaneStore
from tests.core.messaging.outbound.support import Sending, make_batch, run_worker, sending, states
from tests.core.messaging.outbound.test_standing import reply
from tests.support.flags import flag, lift

pytestmark = pytest.mark.usefixtures("app")
LANES = service_scope("lanes")
PACE, GROUP = 50, 10


class Never:
    """A channel to which nothing may come."""

    async def send(self, message: Outbound) -> SendResult:
        raise AssertionError("nothing was to be sent")


Step = Callable[[Lane, LaneStore], Awaitable[None]]


def with_lane(where: Sending, step: Step) -> None:
    """Take a step with a lane of the number that has read what there is; then give the lane back."""
    with transaction(LANES) as session:
        (lease,) = leases.claim(session, "test", 1, timedelta(minutes=1))
        setup = queue.setup(session, lease)

    async def work() -> None:
        with ThreadPoolExecutor(1) as executor:
            store = LaneStore(executor, lease, setup.number)
            lane = Lane(lease, store, Never(), setup)
            await store.read(lane._shelf, PACE)
            await step(lane, store)
            await store.write(lane._results, {})
            store.standing = FREE  # one that is held back rests for a while
            await store.release()

    asyncio.run(work())


async def mark_once(lane: Lane, store: LaneStore) -> int:
    """Let the lane mark one group; how many that were."""
    mark, asked = store.mark, list[int]()

    async def once(group: list[Waiting]) -> set[object]:
        asked.append(len(group))
        lane._stopping = True
        return await mark(group)

    store.mark, lane._stopping = once, False
    await lane._mark()
    store.mark = mark
    return sum(asked)


def attempts(where: Sending) -> set[int]:
    with transaction(LANES) as session:
        return {attempt for (attempt,) in session.query(Message.attempt).filter_by(tenant_id=where.tenant_id)}


def test_what_was_read_before_a_flag_was_set_is_not_marked_after_it() -> None:
    with sending(pace=PACE) as where:
        make_batch(where, 30)

        async def step(lane: Lane, store: LaneStore) -> None:
            flag("tenant", where.tenant_id, "freeze")
            assert await store.mark(lane._shelf.take(GROUP)) == set()

        with_lane(where, step)
    assert (states(where.tenant_id), attempts(where)) == ({"planned": 30}, {0})


def test_what_is_held_back_leaves_memory_at_once_and_is_read_again_from_the_beginning() -> None:
    with sending(pace=PACE) as where:
        make_batch(where, 30)
        reply(where, "+16599999999")

        async def step(lane: Lane, store: LaneStore) -> None:
            assert (len(lane._shelf), len(lane._shelf.cursors)) == (31, 1)
            flag("tenant", where.tenant_id, "pause")
            assert await mark_once(lane, store) == GROUP
            assert (len(lane._shelf), lane._shelf.cursors) == (0, {})
            assert len(lane._ready) == 1
            lift("tenant", where.tenant_id)
            assert await store.read(lane._shelf, PACE) == 30
            lane._give_back()

        with_lane(where, step)
    assert states(where.tenant_id) == {"planned": 31}


@pytest.mark.parametrize("times", [1, 9])
def test_what_was_marked_and_is_held_back_before_it_left_has_spent_no_attempt(times: int) -> None:
    async def step(lane: Lane, store: LaneStore) -> None:
        assert await mark_once(lane, store) == GROUP
        assert (len(lane._ready), attempts(where)) == (GROUP, {0, 1})
        flag("tenant", where.tenant_id, "freeze")
        lane._group = 2 * GROUP  # the next one, although the first has not left
        await mark_once(lane, store)
        assert (len(lane._ready), len(lane._results)) == (0, GROUP)

    with sending(pace=PACE) as where:
        make_batch(where, 30)
        for _ in range(times):
            with_lane(where, step)
            assert (states(where.tenant_id), attempts(where)) == ({"planned": 30}, {0})
            lift("tenant", where.tenant_id)
        run_worker(4)
        assert (len(where.accepted()), where.sent_twice()) == (30, [])
    assert (states(where.tenant_id), attempts(where)) == ({"accepted": 30}, {1})


def test_a_lane_that_ends_gives_back_what_has_not_left_and_its_attempt() -> None:
    with sending(pace=PACE) as where:
        make_batch(where, 30)

        async def step(lane: Lane, store: LaneStore) -> None:
            await mark_once(lane, store)
            lane._give_back()

        with_lane(where, step)
    assert (states(where.tenant_id), attempts(where)) == ({"planned": 30}, {0})


def test_what_the_provider_puts_off_was_tried() -> None:
    with sending(pace=PACE) as where:
        make_batch(where, 30)

        async def step(lane: Lane, store: LaneStore) -> None:
            await mark_once(lane, store)
            put_off = SendResult(Sent.RETRY, scope=ErrorScope.NUMBER)
            lane._results += [Result(item.message.id, item.message.attempt, put_off) for item in lane._ready]

        with_lane(where, step)
    assert (states(where.tenant_id), attempts(where)) == ({"planned": 30}, {0, 1})
