"""The stream process: outbox relay, event handlers and whatever else runs for as long as the process does.

Each loop has a thread. A loop that fails (PostgreSQL or Redis away, say) is logged, counted and run again after a pause that
grows; the others go on. SIGTERM and SIGINT let each loop finish what it has begun.
"""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import structlog
from flask import Flask

from aerostic.registry import EventHandler
from aerostic.streams.bus import Bus
from aerostic.streams.consumers import HandlerRunner, check_handlers
from aerostic.streams.dead import describe
from aerostic.streams.lags import tell_lags
from aerostic.streams.metrics import LOOP_FAILURES
from aerostic.streams.relay import relay
from aerostic.streams.transports import open_bus

log = structlog.get_logger()

Loop = Callable[[threading.Event], None]
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0  # seconds
METER_SECONDS = 15.0
STOP_SECONDS = 20.0


def run(
    app: Flask,
    handlers: Sequence[EventHandler],
    loops: Mapping[str, Loop],
    stop: threading.Event | None = None,
) -> bool:
    """Run until a signal comes or `stop` is set.

    Args:
        app: the application, its runtime (settings, redis) in `app.extensions["aerostic"]`.
        handlers: of events, each already limited to the tenants that have its plugin on.
        loops: further loops by name, e.g. the webhook consumer. Each returns soon after its event is set, and is run in
            the application's context.
        stop: set by the caller to end.

    Returns:
        Whether every loop ended in time.

    Raises:
        CatalogueError: a handler names an event type that nobody declared.
    """
    check_handlers(handlers)
    stop = stop or threading.Event()
    runtime = app.extensions["aerostic"]
    bus = open_bus(runtime.settings, runtime.redis)
    ended = run_loops(app, {**_own_loops(app, bus, handlers), **loops}, stop)
    bus.close()
    return ended


def run_loops(app: Flask, loops: Mapping[str, Loop], stop: threading.Event) -> bool:
    """Run each loop in a thread until a signal comes or `stop` is set; whether all ended in time."""
    threads = [
        threading.Thread(target=supervise, args=(app, name, loop, stop), name=name) for name, loop in loops.items()
    ]
    with _stopped_by_signals(stop):
        for thread in threads:
            thread.daemon = True
            thread.start()
        stop.wait()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in threads:
            thread.join(max(deadline - time.monotonic(), 0.0))
    late = [thread.name for thread in threads if thread.is_alive()]
    if late:
        log.error("stream loops did not end in time", loops=late)
    return not late


def supervise(app: Flask, name: str, loop: Loop, stop: threading.Event) -> None:
    """Run a loop in the application's context, again after each failure, until told to stop."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        began = time.monotonic()
        try:
            with app.app_context():
                loop(stop)
        except Exception as error:
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE  # it worked for a while
            LOOP_FAILURES.labels(name).inc()
            log.error("stream loop failed", loop=name, reason=describe(error), again_in=pause)
        stop.wait(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _own_loops(app: Flask, bus: Bus, handlers: Sequence[EventHandler]) -> dict[str, Loop]:
    runtime = app.extensions["aerostic"]
    prefix = runtime.settings.redis_prefix
    loops: dict[str, Loop] = {"relay": partial(_relay, bus, handlers), "meter": partial(_meter, app, bus, handlers)}
    for handler in handlers:
        runner = HandlerRunner(handler, runtime.redis, prefix, app.app_context)
        loops[handler.name] = partial(runner.run, bus, socket.gethostname())
    return loops


def _relay(bus: Bus, handlers: Sequence[EventHandler], stop: threading.Event) -> None:
    """Each handler has its place on the bus before the first event goes there, or it would miss that one."""
    for handler in handlers:
        bus.create_group(handler.name)
    relay(bus, stop)


def _meter(app: Flask, bus: Bus, handlers: Sequence[EventHandler], stop: threading.Event) -> None:
    runtime = app.extensions["aerostic"]
    settings = runtime.settings
    while not stop.is_set():
        tell_lags(runtime.redis, settings.redis_prefix, {handler.name: bus.lag(handler.name) for handler in handlers})
        stop.wait(METER_SECONDS)


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set the event. Only the main thread can see to that; elsewhere the caller sets it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
