"""The stream process: everything together, through outages, to a clean end."""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, has_app_context
from redis import Redis

from aerostic.db import Event, emit_rows, service_scope, transaction
from aerostic.registry import EventHandler
from aerostic.streams import process
from aerostic.streams.process import run
from aerostic.streams.redis_bus import RedisBus
from tests.core.streams.conftest import make_events


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "FIRST_PAUSE", 0.01)


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that other threads do."""
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


@pytest.fixture
def running(app: Flask) -> Any:
    """Run the process in a thread; stop it at the end."""
    stop = threading.Event()
    ended: list[bool] = []
    threads: list[threading.Thread] = []

    def start(handlers: list[EventHandler], loops: dict[str, process.Loop]) -> None:
        threads.append(threading.Thread(target=lambda: ended.append(run(app, handlers, loops, stop))))
        threads[0].start()

    yield start
    stop.set()
    threads[0].join()
    assert ended == [True]


def announce(events: list[Event]) -> None:
    with transaction(service_scope("test")) as session:
        emit_rows(session, events)


def test_what_is_committed_reaches_its_handler_from_the_first_event_on(app: Flask, running: Any) -> None:
    events, got = make_events(50, keys=5), []
    announce(events)
    running([EventHandler("core.test", frozenset({"message.accepted"}), lambda _, batch: got.extend(batch))], {})
    until(lambda: len(got) == 50)
    assert {event.id for event in got} == {event.id for event in events}


def test_a_handler_has_its_place_before_the_first_event_goes_to_the_bus(app: Flask) -> None:
    announce(make_events(3))
    runtime = app.extensions["aerostic"]
    bus = RedisBus(runtime.redis, runtime.settings.redis_prefix)
    handler = EventHandler("core.test", frozenset({"message.accepted"}), lambda _, batch: None)
    stop = threading.Event()
    publish = bus.publish
    bus.publish = lambda events: (publish(events), stop.set())  # type: ignore[method-assign]
    process._relay(bus, [handler], stop)
    assert bus.lag("core.test") == 3


def test_a_loop_that_fails_is_run_again_in_the_applications_context(app: Flask, running: Any) -> None:
    runs: list[bool] = []

    def failing(stop: threading.Event) -> None:
        runs.append(has_app_context())
        raise RuntimeError

    running([], {"failing": failing})
    until(lambda: len(runs) > 2)
    assert set(runs) == {True}


def test_it_goes_on_after_redis_has_lost_everything(app: Flask, running: Any, redis: Redis) -> None:
    got: list[Event] = []
    running([EventHandler("core.test", frozenset({"message.accepted"}), lambda _, batch: got.extend(batch))], {})
    announce(make_events(1))
    until(lambda: len(got) == 1)
    redis.flushdb()
    announce(make_events(1))
    until(lambda: len(got) == 2)


def test_sigterm_lets_a_loop_finish_what_it_has_begun(app: Flask) -> None:
    finished: list[bool] = []

    def working(stop: threading.Event) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        stop.wait()
        finished.append(True)

    before = signal.getsignal(signal.SIGTERM)
    assert run(app, [], {"working": working}) is True
    assert (finished, signal.getsignal(signal.SIGTERM)) == ([True], before)
