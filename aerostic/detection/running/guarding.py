"""Sending never waits for detection. A loop of the stream process: where detection is down, or far behind, it loses its place on
the bus of events, before that would fill up and hold up everybody else. It goes on with what comes then.
"""

import threading

import structlog
from flask import Flask

from aerostic.detection.metrics import FORGOTTEN
from aerostic.detection.running.pulse import GROUP, last, meter
from aerostic.streams.bus import Bus
from aerostic.streams.observed import open_observations
from aerostic.streams.observed.bus import LIMIT as OBSERVED
from aerostic.streams.redis_bus import LIMIT
from aerostic.streams.transports import open_bus

log = structlog.get_logger()

LOOK_SECONDS = 10.0
MOST_BEHIND = LIMIT // 2  # events of all partitions together; one alone may hold twice as many
MOST_OBSERVED = OBSERVED // 2  # the same of observations, of which API calls are counted, too


def run(app: Flask, stop: threading.Event) -> None:
    """Look every ten seconds until told to stop."""
    runtime = app.extensions["aerostic"]
    settings = runtime.settings
    silent = False
    while not stop.wait(LOOK_SECONDS):
        alive = meter(runtime.redis, settings.redis_prefix) is not None
        if not alive and not silent:
            log.error("detection is not running: nothing is watched (aerostic detect run)")
        silent = not alive
        look(app)


def look(app: Flask) -> None:
    """Let detection lose its place, if that is necessary. Kafka keeps its own time, whoever has read what."""
    own = app.extensions["aerostic"]
    if own.settings.event_bus != "redis":
        return
    _let_go(open_bus(own.settings, own.redis), MOST_BEHIND)
    if last(own.redis, own.settings.redis_prefix) is None:
        _let_go(open_observations(own.settings, own.redis), MOST_OBSERVED)


def _let_go(bus: Bus, most: int) -> None:
    behind = bus.lag(GROUP)
    if behind > most:
        bus.forget(GROUP)
        FORGOTTEN.inc(behind)
        log.error("detection is too far behind: it goes on with what comes now", lost=behind)
