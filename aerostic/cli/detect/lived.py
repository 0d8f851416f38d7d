"""A stream through everything: its events enter by the buses, a detection process of its own judges and acts, and an action
counts when this process, which stands for web, API and lanes, sees the flag of somebody whose event it is about to let through.

The stream is moved into the future by whole weeks, so that its flags have not run out on the clock of the servers.
"""

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import IO, Any, cast

from flask import Flask
from sqlalchemy import delete, select

from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.cli.detect.labelled import Stream
from aerostic.cli.detect.quick import Replayed, ticks
from aerostic.db import Event, service_scope, transaction
from aerostic.detection.contract import Subject
from aerostic.detection.models import Incident, RiskDecision, RiskSignal
from aerostic.detection.running.pulse import GROUP
from aerostic.registry.runtime import KEY
from aerostic.security.restrictions import Restrictions
from aerostic.streams import Bus
from aerostic.streams.observed import open_observations
from aerostic.streams.observed.kinds import HEARD
from aerostic.streams.transports import open_bus

BATCH_SECONDS = 10.0  # of the stream; as finely is the time to detect taken
PATIENCE = 600.0
ENDED = "The detection process has ended: see its lines above."
WEEK = 7 * 86_400.0
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who was held back: what counts of it."""

    subject: Subject
    families: Sequence[str]
    time: float


@contextmanager
def living() -> Iterator[Callable[[int, Stream], Replayed]]:
    """Servers of their own, and the way of a stream through them."""
    with bench_servers() as supervisor:
        settings, environment = bench_settings(supervisor)

        def live(seed: int, stream: Stream) -> Replayed:
            prefix = f"score-{os.getpid()}-{seed}"
            app = bench_app(settings.model_copy(update={"redis_prefix": prefix}))
            with app.app_context():
                _forget()
            with app.app_context(), _watcher(environment | {"AEROSTIC_REDIS_PREFIX": prefix}) as watcher:
                life = Life(app, watcher)
                life.live(stream.events())
                refused = life.refused()
            return Replayed(refused, life.events, watcher.cpu_seconds)

        yield live


def _forget() -> None:
    """What an earlier stream led to would be set again when the process begins."""
    with transaction(service_scope("detection")) as session:
        for model in (RiskSignal, RiskDecision, Incident):
            session.execute(delete(model))


class Watcher:
    """The detection process.

    Args:
        process: which says a line when it is ready, and its CPU seconds when it ends.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process, self._output = process, cast(IO[str], process.stdout)
        self.cpu_seconds = math.nan

    def begin(self) -> None:
        """Wait until it is ready.

        Raises:
            RuntimeError: it has ended.
        """
        if not self._output.readline():
            raise RuntimeError(ENDED)

    def check(self) -> None:
        """Raises RuntimeError where it has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(ENDED)

    def end(self) -> None:
        """End it."""
        self._process.terminate()
        self.cpu_seconds = float((self._output.readlines() or ["nan"])[-1])


@contextmanager
def _watcher(environment: dict[str, str]) -> Iterator[Watcher]:
    """The detection process while the block runs."""
    argv = (sys.executable, "-m", "aerostic.cli.detect.watcher")
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}) as process:
        watcher = Watcher(process)
        try:
            watcher.begin()
            yield watcher
        finally:
            watcher.end()


class Life:
    """Publishes a stream batch by batch, and looks who is held back before each.

    Args:
        app: the application, on the servers that the detection process uses.
        watcher: that process.
    """

    def __init__(self, app: Flask, watcher: Watcher) -> None:
        self._watcher = watcher
        runtime = app.extensions[KEY]
        settings, redis = runtime.settings, runtime.redis
        self._observations, self._others = open_observations(settings, redis), open_bus(settings, redis)
        self._flags = Restrictions(redis, settings.redis_prefix)
        self._seen: dict[Key, tuple[str, float]] = {}
        self._moved = 0.0
        self.events = 0

    def live(self, events: Iterator[Event]) -> None:
        """Let a whole stream through.

        Raises:
            TimeoutError: the detection process does not keep up.
            RuntimeError: it has ended.
        """
        for batch in ticks(events, BATCH_SECONDS):
            self._moved = self._moved or _weeks_to_come(batch[0])
            self._look(batch)
            moved = [replace(event, time=event.time + timedelta(seconds=self._moved)) for event in batch]
            self._publish([event for event in moved if event.type not in HEARD], self._observations)
            self._publish([event for event in moved if event.type in HEARD], self._others)
            self._wait()
            self.events += len(batch)

    def refused(self) -> list[Any]:
        """Who was held back, when first seen, and by which evidence."""
        with transaction(service_scope("detection")) as session:
            rows = session.execute(select(RiskDecision.id, RiskDecision.families)).tuples()
            families = {str(id_): names for id_, names in rows}
        return [
            Refused(Subject(kind, name), families.get(decision) or ["?"], time)  # type: ignore[arg-type]
            for (kind, name), (decision, time) in self._seen.items()
        ]

    def _look(self, batch: Sequence[Event]) -> None:
        """Ask as producers do: everybody whom an event is about."""
        first: dict[Key, float] = {}
        for event in batch:
            for key in subjects_of(event):
                first.setdefault(key, event.time.timestamp())
        for key, flag in self._flags.of(first).items():
            self._seen.setdefault(key, (flag.decision_id, first[key]))

    @staticmethod
    def _publish(events: Sequence[Event], bus: Bus) -> None:
        if events:
            bus.publish(events)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self._observations.lag(GROUP) or self._others.lag(GROUP):
            if time.monotonic() > deadline:
                raise TimeoutError("The detection process does not keep up.")
            self._watcher.check()
            time.sleep(0.002)


def subjects_of(event: Event) -> Iterator[Key]:
    """Whom a producer asks about before it lets such an event through."""
    if event.tenant_id is not None:
        yield "tenant", str(event.tenant_id)
    for kind in ("address", "account", "user", "key", "number"):
        if name := event.data.get(kind):
            yield kind, name


def _weeks_to_come(event: Event) -> float:
    """Seconds in whole weeks by which a stream has to be moved to begin after now."""
    behind = time.time() - event.time.timestamp()
    return WEEK * (int(behind // WEEK) + 1) if behind > 0 else 0.0
