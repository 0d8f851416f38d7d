"""What tests of detection work with: detectors that do what is asked of them, and observations."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Flask

from aerostic.db import Event
from aerostic.detection.contract import Counted, Detector, Signal, Subject, Tick, Windows
from aerostic.detection.judging.engine import Engine
from aerostic.detection.judging.policy import DEFAULT, Policy
from aerostic.detection.running.process import assemble
from aerostic.detection.running.watching import Watch
from aerostic.detection.windows import WindowStore
from aerostic.security.restrictions import restrictions

# Long after any clock that runs these tests: flags set then do not run out meanwhile.
NOW = 4_000_000_000.0
WHERE = {"address": "a" * 16, "subnet": "b" * 16, "country": ""}


def signal(kind: str = "address", subject: str = "x", *, score: float = 0.95, time: float = NOW, **more: Any) -> Signal:
    """A signal of a detector that there is not."""
    tenant = more.pop("tenant_id", None)
    values = {"detector": "tests.any", "family": "credentials", "says": "Odd.", "evidence": {"count": 1}, **more}
    return Signal(subject=Subject(kind, subject, tenant), score=score, time=time, **values)  # type: ignore[arg-type]


def tried(address: str = "x", *, tenant_id: UUID | None = None, time: float = NOW, outcome: str = "wrong") -> Event:
    """Somebody tries to sign in."""
    data = {**WHERE, "address": address, "account": "c" * 16, "outcome": outcome, "factor": "password", "known": False}
    key = str(tenant_id or "platform")
    return Event("signin.tried", tenant_id, key, {**data, "user": ""}, time=datetime.fromtimestamp(time, UTC))


# A detector, as the source of a plugin called NAME.
WATCH = """
from aerostic.sdk.detection import Counted, Detector, Signal, Subject
class Wrong(Detector):
    name, title, family = "NAME.wrong", "Wrong passwords", "credentials"
    subscribes, windows = frozenset({"signin.tried"}), (Counted("wrong"),)
    def observe(self, tick, windows):
        for event in tick.of("signin.tried"):
            address, at = event.data["address"], event.time.timestamp()
            if (count := windows.count("wrong", address, at)) >= 10:
                yield Signal(self.name, self.family, Subject("address", address), 0.95, at, "Wrong.", {"count": count})
"""


def flags_after(app: Flask, events: list[Event]) -> dict[str, str]:
    """What stands on addresses after a tick of these, judged by all that is installed."""
    watch = Watch(assemble(app), (), lambda: NOW)
    watch.begin()
    watch.tick(events)
    addresses = [("address", event.data["address"]) for event in events]
    return {subject: flag.action for (_, subject), flag in restrictions().of(addresses).items()}


class Wrong(Detector):
    """Sure of an address from its tenth wrong password within a minute on."""

    name = "tests.wrong"
    title = "Wrong passwords"
    family = "credentials"
    subscribes = frozenset({"signin.tried"})
    windows = (Counted("wrong", 60),)

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.of("signin.tried"):
            address, at = event.data["address"], event.time.timestamp()
            count = windows.count("wrong", address, at)
            if count >= 10:
                found = signal("address", address, time=at, detector=self.name, evidence={"count": count})
                tenants = frozenset({event.tenant_id} if event.tenant_id else ())
                yield replace(found, shares=frozenset({f"address:{address}"}), tenants=tenants)


class Scripted(Detector):
    """Says what a test wants it to say."""

    name = "tests.scripted"
    title = "Scripted"
    family = "credentials"
    subscribes = frozenset({"signin.tried"})

    def __init__(self, says: Callable[[Tick], Iterable[Signal]] = lambda tick: ()) -> None:
        self.says = says
        self.learnt: Any = None

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        return self.says(tick)

    def state(self) -> Any:
        """See `Detector.state`."""
        return self.learnt

    def restore(self, state: Any) -> None:
        """See `Detector.restore`."""
        self.learnt = state


def engine(*detectors: Detector, policy: Policy = DEFAULT) -> Engine:
    """An engine whose windows are in memory."""
    declared = {detector.name: detector.windows for detector in detectors}
    return Engine(detectors, WindowStore(None, "", declared), policy)
