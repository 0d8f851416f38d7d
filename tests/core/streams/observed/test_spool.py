"""The spool keeps what was observed until the bus has it, and nobody waits for it."""

import os
from collections.abc import Sequence

from flask import Flask

from aerostic.db import Event
from aerostic.registry import runtime
from aerostic.streams.bus import BusError
from aerostic.streams.observed.metrics import DROPPED
from aerostic.streams.observed.spool import BATCH, Spool
from aerostic.streams.redis_bus import RedisBus


class ListBus:
    """Takes events into a list, or none of them while it is away."""

    def __init__(self) -> None:
        self.taken: list[Event] = []
        self.away = False

    def publish(self, events: Sequence[Event]) -> None:
        """As a bus does."""
        if self.away:
            raise BusError
        for event in events:
            event.to_json()
        self.taken += events

    def numbers(self) -> list[int]:
        """What stands in the events."""
        return [event.data["number"] for event in self.taken]


def spool_of(bus: ListBus, most: int = 100) -> Spool:
    """A spool whose thread is never started."""
    spool = Spool(lambda: bus, most)  # type: ignore[arg-type, return-value]
    spool._start = lambda: None  # type: ignore[method-assign]
    return spool


def put(spool: Spool, *numbers: object) -> None:
    """Observe so many things."""
    for number in numbers:
        spool.put(Event("api.asked", None, "platform", {"number": number}))


def dropped(reason: str) -> float:
    """How many were dropped so far."""
    return float(DROPPED.labels(reason)._value.get())


def test_what_was_observed_reaches_the_bus_in_its_order() -> None:
    bus = ListBus()
    spool = spool_of(bus, 5_000)
    put(spool, *range(2 * BATCH + 5))
    assert spool.flush(1) is True
    assert bus.numbers() == list(range(2 * BATCH + 5))


def test_while_the_bus_is_away_everything_is_kept_and_told_once_it_is_back() -> None:
    bus = ListBus()
    spool = spool_of(bus)
    bus.away = True
    put(spool, 1, 2, 3)
    assert spool.flush(0) is False
    put(spool, 4)
    bus.away = False
    assert spool.flush(1) is True
    assert bus.numbers() == [1, 2, 3, 4]


def test_a_full_spool_lets_the_oldest_go_and_counts_them() -> None:
    bus, before = ListBus(), dropped("full")
    spool = spool_of(bus, 3)
    put(spool, *range(5))
    spool.flush(1)
    assert bus.numbers() == [2, 3, 4]
    assert dropped("full") - before == 2


def test_what_is_no_json_goes_alone() -> None:
    bus, before = ListBus(), dropped("unreadable")
    spool = spool_of(bus)
    put(spool, 1, object(), 3)
    spool.flush(1)
    assert bus.numbers() == [1, 3]
    assert dropped("unreadable") - before == 1


def test_a_thread_publishes_without_being_asked() -> None:
    bus = ListBus()
    spool = Spool(lambda: bus)  # type: ignore[arg-type, return-value]
    put(spool, 1)
    thread = spool._thread
    assert thread is not None
    for _ in range(200):
        if bus.taken:
            break
        thread.join(0.01)
    assert bus.numbers() == [1]
    assert thread.daemon is True


def test_a_forked_process_begins_with_an_empty_spool() -> None:
    bus = ListBus()
    spool = spool_of(bus)
    put(spool, 1, 2)
    spool.begin()
    put(spool, 3)
    spool.flush(1)
    assert bus.numbers() == [3]


def test_a_fork_leaves_what_waits_to_the_parent() -> None:
    from aerostic.streams.observed import observing

    bus = ListBus()
    before, observing._spool = observing._spool, spool_of(bus)
    try:
        put(observing._spool, 1)
        read, write = os.pipe()
        child = os.fork()
        if not child:
            observing._spool.flush(0)
            os.write(write, bytes([len(bus.taken)]))
            os._exit(0)
        os.waitpid(child, 0)
        assert os.read(read, 1) == b"\0"
        observing._spool.flush(0)
        assert bus.numbers() == [1]
    finally:
        observing._spool = before


def test_of_a_partition_that_is_full_the_observations_go_and_the_others_arrive_once(app: Flask) -> None:
    """A workspace that floods its partition, and one beside it in another."""
    loud, quiet = "1", "2"
    bus, before = RedisBus(runtime().redis, f"{runtime().settings.redis_prefix}:full", limit=10), dropped("behind")
    bus.create_group("detection", from_start=True)
    spool = Spool(lambda: bus)
    spool._start = lambda: None  # type: ignore[method-assign]
    for key, number in [*((loud, n) for n in range(11)), *((quiet, n) for n in range(3))]:
        spool.put(Event("api.asked", None, key, {"number": number}))
    assert (spool.flush(0), spool.flush(0)) == (True, True)
    heard = bus.consumer("detection", name="test").poll(100, 1.0)
    assert [(event.key, event.data["number"]) for event in heard] == [(quiet, 0), (quiet, 1), (quiet, 2)]
    assert dropped("behind") - before == 11
