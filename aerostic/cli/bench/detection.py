"""`bench detection`: the whole path from the bus to the flag, beside a consumer that only reads and acknowledges.

Publisher, consumer and servers are processes of their own. Half of the events carry text, half of that never seen before. Four
times a second somebody attacks, and the time is taken from the attack's events to the flag as another process reads it. On Redis
streams, and on Kafka where KAFKA_BOOTSTRAP names one.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from typing import IO, Any, cast

from flask import Flask

from aerostic.cli.bench.detection_load import Load
from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.detection.running.pulse import GROUP
from aerostic.registry.runtime import KEY
from aerostic.security.restrictions import Restrictions
from aerostic.settings import Settings
from aerostic.streams.observed import open_observations
from aerostic.streams.observed.kinds import HEARD
from aerostic.streams.transports import open_bus

SETTLE_SECONDS, PATIENCE_SECONDS = 2.0, 60.0
LOOK_SECONDS = 0.004


def run(*, rates: tuple[int, ...] = (1_000, 5_000), seconds: float = 10.0, rounds: int = 3) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        rates: events a second; the last is the one reported at the top.
        seconds: of each run.
        rounds: of each rate; the best is reported, since a shared machine spends more on scheduling than detection does.
    """
    with bench_servers() as supervisor:
        settings, environment = bench_settings(supervisor)
        kafka = Settings().kafka_bootstrap
        figures = _transport(settings, environment, rates, seconds, rounds)
        if kafka:
            on_kafka = settings.model_copy(update={"event_bus": "kafka", "kafka_bootstrap": kafka})
            named = environment | {"AEROSTIC_EVENT_BUS": "kafka", "KAFKA_BOOTSTRAP": kafka}
            figures["kafka"] = _transport(on_kafka, named, rates, seconds, rounds)
    return {"name": "detection", "unit": "us of CPU an event, the whole path", **figures}


def _transport(
    settings: Settings, environment: dict[str, str], rates: tuple[int, ...], seconds: float, rounds: int
) -> dict[str, Any]:
    runs = Runs(settings, environment, seconds)
    read = runs.best("read", 1_000, rates[-1], 1)
    by_rate = {f"at_{rate}": runs.best("detect", 1_000, rate, rounds) for rate in rates}
    many = runs.best("detect", 10_000, rates[-1], 1)
    top = by_rate[f"at_{rates[-1]}"]
    return {
        "value": top["path_us_per_event"],
        "reference": read["path_us_per_event"],
        "ratio": round(top["path_us_per_event"] / read["path_us_per_event"], 2),
        **top,
        **by_rate,
        "tenants_10000": many,
        "ten_times_tenants_ratio": round(many["path_us_per_event"] / top["path_us_per_event"], 2),
        "memory_mb": many["memory_mb"],
    }


class Runs:
    """Runs against one transport, each with keys of its own.

    Args:
        settings, environment: of this process and of consumers.
        seconds: of each.
    """

    def __init__(self, settings: Settings, environment: dict[str, str], seconds: float) -> None:
        self._settings, self._environment, self._seconds = settings, environment, seconds
        self._number = 0

    def best(self, what: str, tenants: int, rate: int, rounds: int) -> dict[str, Any]:
        """The figures of the round with the quickest actions."""
        done = [self._one(what, tenants, rate) for _ in range(rounds)]
        return min(done, key=lambda figures: figures.get("action_p99_ms") or 0.0)

    def _one(self, what: str, tenants: int, rate: int) -> dict[str, Any]:
        self._number += 1
        prefix = f"bench-{os.getpid()}-{self._number}"
        app = bench_app(self._settings.model_copy(update={"redis_prefix": prefix}))
        report: dict[str, Any] = {}
        with _consumer(what, self._environment | {"AEROSTIC_REDIS_PREFIX": prefix}, report):
            delays, published, lasted = Feeding(app).feed(Load(tenants, rate), self._seconds, looks=what == "detect")
        events = max(report["events"], 1)
        figures = {
            "events_per_second": round(published / lasted),
            "events_lost": published - report["events"],
            "cpu_us_per_event": round(1e6 * report["judging"] / events, 1),
            "path_us_per_event": round(1e6 * report["cpu"] / events, 1),
            "memory_mb": report["memory_mb"],
        }
        if len(delays) > 1:
            cut = quantiles((1000 * delay for delay in delays), n=100, method="inclusive")
            figures |= {"actions": len(delays), "action_p50_ms": round(cut[49], 1), "action_p99_ms": round(cut[98], 1)}
        return figures


class Feeding:
    """Publishes a load at its pace and watches for flags.

    Args:
        app: on the servers of the run.
    """

    def __init__(self, app: Flask) -> None:
        runtime = app.extensions[KEY]
        settings, redis = runtime.settings, runtime.redis
        self._observations, self._others = open_observations(settings, redis), open_bus(settings, redis)
        self._flags = Restrictions(redis, settings.redis_prefix)
        self._waiting: dict[str, float] = {}
        self._delays: list[float] = []

    def feed(self, load: Load, seconds: float, *, looks: bool) -> tuple[list[float], int, float]:
        """Seconds from attack to flag, how many events were published, and in how many seconds."""
        over = threading.Event()
        looking = threading.Thread(target=self._look, args=(over,), daemon=True)
        if looks:
            looking.start()
        begun, published = time.monotonic(), 0
        for due, events, attacker in load.batches(seconds):
            time.sleep(max(begun + due - time.monotonic(), 0.0))
            self._observations.publish([event for event in events if event.type not in HEARD])
            self._others.publish([event for event in events if event.type in HEARD])
            if attacker:
                self._waiting[attacker] = events[-1].time.timestamp()
            published += len(events)
        lasted = time.monotonic() - begun
        time.sleep(SETTLE_SECONDS)
        self._wait()
        over.set()
        if looks:
            looking.join()
        return self._delays, published, lasted

    def _wait(self) -> None:
        """Until everything is taken in: what is missing then is lost, and not only late."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._observations.lag(GROUP) + self._others.lag(GROUP) and time.monotonic() < deadline:
            time.sleep(SETTLE_SECONDS / 10)

    def _look(self, over: threading.Event) -> None:
        while not over.wait(LOOK_SECONDS):
            if waiting := list(self._waiting):
                for _, address in self._flags.of([("address", address) for address in waiting]):
                    self._delays.append(time.time() - self._waiting.pop(address))


@contextmanager
def _consumer(what: str, environment: dict[str, str], report: dict[str, Any]) -> Iterator[None]:
    """A consumer in a process of its own while the block runs; afterwards what it reports."""
    argv = (sys.executable, "-m", "aerostic.cli.bench.detection_consumer", what)
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}) as process:
        output = cast(IO[str], process.stdout)
        if not output.readline():
            raise RuntimeError("The consumer did not begin: see its lines above.")
        yield
        process.terminate()
        report |= json.loads(output.readlines()[-1])
