"""Lanes that detection slows down, pauses or freezes: what is held back stays planned, and goes on when the flag ends."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import pytest
from flask import current_app
from redis import Redis

from aerostic.billing import Quote
from aerostic.db import tenant_scope, transaction
from aerostic.db.redis import connect
from aerostic.messaging.contract import Outbound
from aerostic.messaging.outbound import planning, worker
from aerostic.messaging.outbound.queue import Waiting
from aerostic.messaging.outbound.shelf import Shelf
from aerostic.messaging.outbound.store import LaneStore
from aerostic.messaging.outbound.trickle import Trickle
from aerostic.messaging.outbound.writing import Draft
from aerostic.registry import runtime
from aerostic.security.restrictions import EXTENSION, Restriction, Restrictions
from tests.core.messaging.outbound.support import Sending, batch_state, make_batch, run_worker, sending, states
from tests.support.flags import flag, lift

pytestmark = pytest.mark.usefixtures("app")
FREE = Quote(0, "USD", "test")


def reply(where: Sending, to: str, category: str = "service") -> None:
    """Plan a message on its own."""
    content = {"type": "text", "text": {"body": "Hello"}}
    one = Draft(None, to, None, content, category, "US", to)
    with transaction(tenant_scope(where.tenant_id)) as session:
        planning.plan_one(session, where.tenant_id, where.number.id, "tests", planning.REPLY, one, FREE)


@contextmanager
def working(seconds: float) -> Iterator[None]:
    """A lane worker in a thread of its own, meanwhile."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def work() -> None:
        with app.app_context():
            run_worker(seconds)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def until(count: int, where: Sending, seconds: float = 10) -> int:
    """Wait until so many are accepted; how many are."""
    end = monotonic() + seconds
    while len(where.accepted()) < count and monotonic() < end:
        sleep(0.02)
    return len(where.accepted())


def test_of_a_frozen_workspace_nothing_is_sent_and_everything_once_it_is_free_again() -> None:
    with sending() as where:
        batch_id = make_batch(where, 50)
        reply(where, "+16599999999")
        flag("tenant", where.tenant_id, "freeze")
        run_worker(2)
        assert (where.accepted(), states(where.tenant_id)) == ([], {"planned": 51})
        lift("tenant", where.tenant_id)
        run_worker(5)
        assert (len(where.accepted()), where.sent_twice()) == (51, [])
    assert states(where.tenant_id) == {"accepted": 51}
    assert batch_state(batch_id) == "finished"


@pytest.mark.parametrize("subject", ["tenant", "number"])
def test_while_batches_are_paused_replies_go_out(subject: str) -> None:
    with sending() as where:
        batch_id = make_batch(where, 50)
        reply(where, "+16599999999")
        reply(where, "+16588888888", "marketing")
        flag(subject, where.tenant_id if subject == "tenant" else where.number.id, "pause")
        run_worker(2)
        assert where.accepted() == ["16599999999"]
    assert states(where.tenant_id) == {"accepted": 1, "planned": 51}
    assert batch_state(batch_id) == "running"


def test_a_running_batch_stops_at_once_and_goes_on_without_losing_or_repeating_any() -> None:
    with sending(pace=200) as where:
        make_batch(where, 600)
        with working(9):
            assert until(100, where) >= 100
            flag("tenant", where.tenant_id, "freeze")
            sleep(0.6)
            stopped = len(where.accepted())
            sleep(1)
            assert len(where.accepted()) == stopped < 600
            lift("tenant", where.tenant_id)
            assert until(600, where) == 600
        assert where.sent_twice() == []
    assert states(where.tenant_id) == {"accepted": 600}


def test_a_slowed_workspace_sends_advertising_at_a_tenth_and_replies_at_once() -> None:
    with sending(pace=200) as where:
        make_batch(where, 400)
        flag("tenant", where.tenant_id, "slow")
        with working(4):
            assert until(5, where) >= 5
            reply(where, "+16599999999")
            end = monotonic() + 2
            while "16599999999" not in where.accepted() and monotonic() < end:
                sleep(0.02)
            assert "16599999999" in where.accepted()
        sent = len(where.accepted())
    assert 30 <= sent <= 4 * 20 + 12
    assert states(where.tenant_id) == {"accepted": sent, "planned": 401 - sent}


def test_another_workspace_is_not_held_back() -> None:
    with sending() as where:
        make_batch(where, 20)
        flag("tenant", UUID(int=1), "freeze")
        run_worker(3)
        assert len(where.accepted()) == 20


def test_where_redis_cannot_be_asked_sending_goes_on() -> None:
    kept = current_app.extensions.pop(EXTENSION, None)
    current_app.extensions[EXTENSION] = Restrictions(nowhere(), "p")
    try:
        with sending() as where:
            make_batch(where, 20)
            run_worker(3)
            assert len(where.accepted()) == 20
    finally:
        current_app.extensions.pop(EXTENSION)
        if kept:
            current_app.extensions[EXTENSION] = kept


def test_a_group_of_messages_is_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []
    begun: list[LaneStore] = []

    class Counting(LaneStore):
        """Notes how often a lane begins, and what it marks at once."""

        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            begun.append(self)

        async def mark(self, items: list[Waiting]) -> set[UUID]:
            groups.append(len(items))
            return await super().mark(items)

    asked: list[object] = []
    of = Restrictions.of

    def counted(flags: Restrictions, subjects: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Restriction]:
        asked.append(subjects)
        return of(flags, subjects)

    monkeypatch.setattr(worker, "LaneStore", Counting)
    monkeypatch.setattr(Restrictions, "of", counted)
    with sending() as where:
        make_batch(where, 400)
        run_worker(4)
        assert (len(where.accepted()), sum(groups)) == (400, 400)
        # Once a group, and once as the lane begins.
        assert len(asked) == len(groups) + len(begun)


def nowhere() -> Redis:
    """A client of a server that is not there."""
    settings = runtime().settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    return connect(settings, patient=False)


def waiting(number: int, *, batch: int | None = None, bulk: bool = False) -> Waiting:
    """A message in memory."""
    outbound = Outbound(UUID(int=number), 1, "n", "+1", None, {})
    return Waiting(5 if batch else 1, UUID(int=batch) if batch else None, outbound, bulk or batch is not None)


def numbers(items: list[Waiting]) -> list[int]:
    """Which they are."""
    return [item.message.id.int for item in items]


def test_what_is_slowed_down_lets_others_pass_and_keeps_its_turn() -> None:
    shelf = Shelf()
    shelf.add([waiting(1, bulk=True), waiting(2), waiting(3, batch=9), waiting(4, batch=9)])
    assert numbers(shelf.take(10, 0)) == [2]
    assert numbers(shelf.take(10, 2)) == [1, 3]
    assert numbers(shelf.take(10)) == [4]


def test_what_is_dropped_may_be_read_again() -> None:
    shelf = Shelf()
    shelf.add([waiting(1), waiting(2, batch=9)])
    shelf.cursors[UUID(int=9)] = UUID(int=2)
    shelf.drop(lambda item: not item.bulk)
    assert (len(shelf), shelf.cursors) == (1, {})
    assert shelf.add([waiting(1), waiting(2, batch=9)]) == 1


def test_a_trickle_keeps_its_rate_and_never_bursts() -> None:
    now = [0.0]
    shelf, trickle = Shelf(), Trickle(20, lambda: now[0])
    shelf.add([waiting(number, batch=9) for number in range(1, 200)])
    left = []
    for moment in (0.0, 0.1, 0.2, 60.0, 60.2):
        now[0] = moment
        left.append(len(trickle.take(shelf, 200)))
    assert left == [0, 2, 2, 10, 4]
