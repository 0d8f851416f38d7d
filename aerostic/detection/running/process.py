"""The detection process: the loop that judges, the one that writes down, the one that keeps states, and a meter.

Several may run: they share the partitions of the buses, the windows, and what stands.
"""

import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Flask
from redis import Redis

from aerostic.detection.forest.scoring import keep as keep_forest
from aerostic.detection.judging.engine import Engine
from aerostic.detection.judging.policy import DEFAULT
from aerostic.detection.metrics import LAG
from aerostic.detection.running.acting import Acting
from aerostic.detection.running.keeping import Keeper
from aerostic.detection.running.known import Known
from aerostic.detection.running.ledger import Ledger
from aerostic.detection.running.pulse import GROUP, beat
from aerostic.detection.running.recent import Recent
from aerostic.detection.running.states import States, parts_of
from aerostic.detection.running.watching import Parts, Watch
from aerostic.detection.windows import WindowStore
from aerostic.detection.windows.connecting import connect_windows
from aerostic.security.restrictions import Restrictions
from aerostic.streams.bus import Bus
from aerostic.streams.observed import open_observations
from aerostic.streams.process import Loop, run_loops
from aerostic.streams.transports import open_bus

METER_SECONDS = 10.0
# A process that was killed is followed by another one within seconds, and attacks do not wait for half a minute.
LEASE_SECONDS = 6.0

Tell = Callable[[set[UUID | None]], None]


def run(app: Flask, stop: threading.Event | None = None, tell: Tell | None = None) -> bool:
    """Run until a signal comes or `stop` is set.

    Args:
        app: the application, its runtime (settings, redis, registry) in `app.extensions["aerostic"]`.
        stop: set by the caller to end.
        tell: called with the tenants that have something new to look at.

    Returns:
        Whether every loop ended in time.
    """
    runtime = app.extensions["aerostic"]
    settings, redis = runtime.settings, runtime.redis
    buses = {
        "observations": open_observations(settings, redis, lease_seconds=LEASE_SECONDS),
        "events": open_bus(settings, redis, lease_seconds=LEASE_SECONDS),
    }
    parts = assemble(app, tell)
    join = [partial(bus.consumer, GROUP, name=socket.gethostname()) for bus in buses.values()]
    detectors = len(parts.engine.panel.seats)
    loops: dict[str, Loop] = {
        "detect": Watch(parts, join).run,
        "detect-rows": parts.keeper.run,
        "detect-states": parts.states.run,
        "detect-forest": keep_forest,
        "detect-meter": partial(_meter, redis, settings.redis_prefix, buses, detectors, parts.keeper),
    }
    try:
        return run_loops(app, loops, stop or threading.Event())
    finally:
        for bus in buses.values():
            bus.close()


def assemble(app: Flask, tell: Tell | None = None, clock: Callable[[], float] = time.time) -> Parts:
    """Everything that the loop works with, with all detectors that are installed, at what `clock` says."""
    runtime = app.extensions["aerostic"]
    settings, redis = runtime.settings, runtime.redis
    prefix = settings.redis_prefix
    detectors = [item.value for item in runtime.registry.declared("register_detectors")]
    windows = WindowStore(
        connect_windows(settings), prefix, {detector.name: detector.windows for detector in detectors}
    )
    engine = Engine(detectors, windows, DEFAULT, version=0)
    ledger, known = Ledger(redis, prefix, clock), Known(redis, prefix)
    return Parts(
        engine,
        windows,
        Acting(Restrictions(redis, prefix), ledger, clock),
        ledger,
        Keeper(ledger, known, {detector.name: detector.version for detector in detectors}, tell),
        known,
        Recent(redis, prefix),
        States(redis, prefix, parts_of(engine)),
    )


def _meter(
    redis: Redis, prefix: str, buses: dict[str, Bus], detectors: int, keeper: Keeper, stop: threading.Event
) -> None:
    while not stop.is_set():
        waiting = {name: float(bus.lag(GROUP)) for name, bus in buses.items()}
        for name, number in waiting.items():
            LAG.labels(name).set(number)
        figures = {"at": time.time(), "detectors": detectors, "degraded": float(keeper.is_away()), **waiting}
        beat(redis, prefix, figures)
        stop.wait(METER_SECONDS)
