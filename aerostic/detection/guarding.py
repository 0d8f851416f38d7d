"""Sending never waits for detection. A loop of the stream process: where detection is down, or far behind, it loses its place on
the bus of events, before that would fill up and hold up everybody else. It goes on with what comes then.
"""

import threading

import structlog
from flask import Flask

from aerostic.detection.metrics import ALIVE, FORGOTTEN
from aerostic.detection.pulse import GROUP, last
from aerostic.streams.redis_bus import LIMIT
from aerostic.streams.transports import open_bus

log = structlog.get_logger()

LOOK_SECONDS = 10.0
MOST_BEHIND = LIMIT // 2  # events of all partitions together; one alone may hold twice as many


def run(app: Flask, stop: threading.Event) -> None:
    """Look every ten seconds until told to stop."""
    runtime = app.extensions["aerostic"]
    settings = runtime.settings
    silent = False
    while not stop.wait(LOOK_SECONDS):
        alive = last(runtime.redis, settings.redis_prefix) is not None
        ALIVE.set(int(alive))
        if not alive and not silent:
            log.error("detection is not running: nothing is watched (aerostic detect run)")
        silent = not alive
        look(app)


def look(app: Flask) -> None:
    """Let detection lose its place, if that is necessary. Kafka keeps its own time, whoever has read what."""
    runtime = app.extensions["aerostic"]
    if runtime.settings.event_bus != "redis":
        return
    bus = open_bus(runtime.settings, runtime.redis)
    behind = bus.lag(GROUP)
    if behind > MOST_BEHIND:
        bus.forget(GROUP)
        FORGOTTEN.inc(behind)
        log.error("detection is too far behind: it goes on with what comes now", lost=behind)
