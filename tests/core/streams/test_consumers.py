"""Handlers of events: once each, tried again, given up on, isolated."""

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from aerostic.db import Event, new_id
from aerostic.registry import EventHandler
from aerostic.settings import Settings
from aerostic.streams import Bus, CatalogueError, consumers
from aerostic.streams.consumers import HandlerRunner, check_handlers
from aerostic.streams.dead import DeadLetters, DeadLettersFullError
from aerostic.streams.redis_bus import RedisBus

TENANT = new_id()
Function = Callable[[Any, list[Event]], None]


def event(number: int, kind: str = "message.accepted", tenant: UUID | None = TENANT) -> Event:
    """An event with a number."""
    return Event(type=kind, tenant_id=tenant, key="k", data={"number": number})


class Spy:
    """A handler that notes its calls and fails on some numbers."""

    def __init__(self, error: Exception | None = None, on: Sequence[int] = (), times: int = 10**6) -> None:
        self.calls: list[tuple[UUID | None, list[int]]] = []
        self._error, self._on, self._times = error, on, times

    def __call__(self, tenant_id: UUID | None, events: list[Event]) -> None:
        numbers = [item.data["number"] for item in events]
        if self._error and self._times and set(numbers) & set(self._on):
            self._times -= 1
            raise self._error
        self.calls.append((tenant_id, numbers))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "PAUSES", (0.0, 0.0))


@pytest.fixture
def bus(redis: Redis, settings: Settings) -> Bus:
    """A bus where the groups used here begin at the start."""
    opened = RedisBus(redis, settings.redis_prefix)
    for name in ("p.spy", "p.other"):
        opened.create_group(name)
    return opened


@pytest.fixture
def dead(redis: Redis, settings: Settings) -> DeadLetters:
    """The dead letters."""
    return DeadLetters(redis, settings.redis_prefix)


@pytest.fixture
def handle(bus: Bus, redis: Redis, settings: Settings) -> Callable[..., None]:
    """Give a handler what is on the bus."""

    def step(function: Function, name: str = "p.spy", types: Sequence[str] = ("message.accepted",)) -> None:
        handler = EventHandler(name, frozenset(types), function)
        runner = HandlerRunner(handler, redis, settings.redis_prefix, nullcontext)
        consumer = bus.consumer(name, name="test")
        try:
            runner.step(consumer, threading.Event())
        finally:
            consumer.close()

    return step


def test_a_handler_gets_one_tenants_events_of_its_types_in_order(bus: Bus, handle: Callable[..., None]) -> None:
    other = new_id()
    bus.publish([event(1), event(2, tenant=other), event(3, "message.failed"), event(4), event(5, tenant=None)])
    spy = Spy()
    handle(spy)
    assert spy.calls == [(TENANT, [1, 4]), (other, [2]), (None, [5])]


def test_an_event_that_the_relay_published_twice_is_handled_once(bus: Bus, handle: Callable[..., None]) -> None:
    twice, spy = event(1), Spy()
    bus.publish([twice, twice])
    handle(spy)
    bus.publish([twice, event(2)])
    handle(spy)
    assert spy.calls == [(TENANT, [1]), (TENANT, [2])]


def test_a_failure_that_passes_is_tried_again(bus: Bus, handle: Callable[..., None], dead: DeadLetters) -> None:
    bus.publish([event(1), event(2)])
    spy = Spy(ValueError("x"), on=[1], times=2)
    handle(spy)
    assert (spy.calls, dead.count(), bus.lag("p.spy")) == ([(TENANT, [1, 2])], 0, 0)


def test_of_a_batch_only_what_keeps_failing_is_given_up(
    bus: Bus, handle: Callable[..., None], dead: DeadLetters
) -> None:
    events = [event(number) for number in range(4)]
    bus.publish(events)
    spy = Spy(ValueError("call +491701234567"), on=[2])
    handle(spy)
    assert spy.calls == [(TENANT, [0]), (TENANT, [1]), (TENANT, [3])]
    letters = dead.letters(10)
    assert [(letter.group, letter.event) for letter in letters] == [("p.spy", events[2])]
    assert letters[0].reason.startswith("builtins.ValueError at test_consumers.py:")
    assert "491701234567" not in letters[0].reason


def test_an_outage_gives_up_on_nothing_and_the_events_come_again(
    bus: Bus, handle: Callable[..., None], dead: DeadLetters
) -> None:
    bus.publish([event(1)])
    with pytest.raises(RedisConnectionError):
        handle(Spy(RedisConnectionError(), on=[1]))
    spy = Spy()
    handle(spy)
    assert (spy.calls, dead.count()) == ([(TENANT, [1])], 0)


def test_what_was_done_before_an_outage_is_not_done_again(bus: Bus, handle: Callable[..., None]) -> None:
    bus.publish([event(1), event(2, tenant=None)])
    spy = Spy(RedisConnectionError(), on=[2], times=1)
    with pytest.raises(RedisConnectionError):
        handle(spy)
    handle(spy)
    assert spy.calls == [(TENANT, [1]), (None, [2])]


def test_a_handler_that_fails_holds_up_no_other(bus: Bus, handle: Callable[..., None]) -> None:
    bus.publish([event(1)])
    with pytest.raises(RedisConnectionError):
        handle(Spy(RedisConnectionError(), on=[1]))
    spy = Spy()
    handle(spy, "p.other")
    assert spy.calls == [(TENANT, [1])]


def test_stopping_in_the_middle_of_tries_gives_up_on_nothing(
    bus: Bus, redis: Redis, settings: Settings, dead: DeadLetters
) -> None:
    bus.publish([event(1)])
    stop = threading.Event()
    stop.set()
    handler = EventHandler("p.spy", frozenset({"message.accepted"}), Spy(ValueError(), on=[1]))
    consumer = bus.consumer("p.spy", name="test")
    with pytest.raises(ValueError):
        HandlerRunner(handler, redis, settings.redis_prefix, nullcontext).step(consumer, stop)
    assert (dead.count(), bus.lag("p.spy")) == (0, 1)


def test_a_replayed_letter_is_handled_and_leaves(dead: DeadLetters) -> None:
    for number in range(3):
        dead.add("p.spy", event(number), ValueError())
    dead.add("p.gone", event(3), ValueError())
    ids = [letter.id for letter in dead.letters(10)]
    spy = Spy(ValueError(), on=[1])
    assert dead.replay(ids, {"p.spy": spy}) == [ids[1], ids[3]]
    assert spy.calls == [(TENANT, [0]), (TENANT, [2])]
    assert [letter.id for letter in dead.letters(10)] == [ids[1], ids[3]]
    assert [letter.id for letter in dead.letters(10, after=ids[1])] == [ids[3]]


def test_at_the_bound_nothing_more_is_given_up(redis: Redis, settings: Settings) -> None:
    dead = DeadLetters(redis, settings.redis_prefix, limit=1)
    dead.add("p.spy", event(1), ValueError())
    with pytest.raises(DeadLettersFullError, match="replay or discard them"):
        dead.add("p.spy", event(2), ValueError())


def test_two_handlers_of_one_name_are_refused() -> None:
    handler = EventHandler("p.spy", frozenset(), Spy())
    with pytest.raises(CatalogueError, match=r"'p\.spy' is declared twice"):
        check_handlers([handler, handler])


def test_a_handler_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(CatalogueError, match=r"'message\.acepted' is not in the catalogue"):
        check_handlers([EventHandler("p.spy", frozenset({"message.acepted"}), Spy())])


def test_events_that_nobody_wants_are_said_to_be_done_with_now_and_then_and_at_the_end(
    bus: Bus, redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy, stop = Spy(), threading.Event()
    runner = HandlerRunner(
        EventHandler("p.spy", frozenset({"message.failed"}), spy), redis, settings.redis_prefix, nullcontext
    )
    consumer = bus.consumer("p.spy", name="test")
    bus.publish([event(1)])
    runner.step(consumer, stop)
    assert bus.lag("p.spy") == 1
    monkeypatch.setattr(consumers, "UNWANTED_SECONDS", 0.0)
    bus.publish([event(2)])
    runner.step(consumer, stop)
    assert (bus.lag("p.spy"), spy.calls) == (0, [])
    bus.publish([event(3, "message.failed"), event(4)])
    monkeypatch.setattr(consumers, "UNWANTED_SECONDS", 600.0)
    runner.step(consumer, stop)
    assert (bus.lag("p.spy"), spy.calls) == (0, [(TENANT, [3])])
    consumer.close()


def test_a_handler_that_ends_leaves_nothing_unsaid(
    bus: Bus, redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = EventHandler("p.spy", frozenset({"message.failed"}), Spy())
    runner, stop = HandlerRunner(handler, redis, settings.redis_prefix, nullcontext), threading.Event()
    step = runner.step
    bus.publish([event(1)])

    def one(*given: Any) -> None:
        step(*given)
        stop.set()

    monkeypatch.setattr(runner, "step", one)
    runner.run(bus, "test", stop)
    assert bus.lag("p.spy") == 0
