"""Asking the detectors: each in its turn, once a tick; one that fails is left out, and the others go on."""

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

import structlog

from aerostic.detection.contract import Detector, Signal, Tick, Windows
from aerostic.detection.metrics import FAILURES, SIGNALS

log = structlog.get_logger()

MOST_SIGNALS = 500  # of one detector in one tick
FAILURES_IN_A_ROW, REST_SECONDS = 10, 60.0
LONGEST_ID = 200
FUTURE_SECONDS = 60.0


class Store(Protocol):
    """Where windows come from: `aerostic.detection.windows.WindowStore`, or the one in memory."""

    def of(self, detector: str) -> Windows:
        """The windows of one detector."""
        ...


class SignalError(ValueError):
    """A detector gave something that is no signal."""


class Seat:
    """One detector, with its windows and its luck.

    Args:
        detector: which one.
        windows: its own.
    """

    def __init__(self, detector: Detector, windows: Windows) -> None:
        self.detector = detector
        self._windows = windows
        self._failures = 0
        self._rests_until = -math.inf

    def ask(self, tick: Tick) -> list[Signal]:
        """Its signals; none while it rests, or where it fails."""
        if tick.now < self._rests_until:
            return []
        try:
            signals = [_checked(signal, tick) for signal in self._given(tick)]
        except Exception as error:
            self._failed(error, tick.now)
            return []
        self._failures = 0
        if signals:
            SIGNALS.labels(self.detector.name).inc(len(signals))
        return signals

    def _given(self, tick: Tick) -> Iterator[Signal]:
        return islice(self.detector.observe(tick, self._windows), MOST_SIGNALS)

    def _failed(self, error: Exception, now: float) -> None:
        self._failures += 1
        FAILURES.labels(self.detector.name).inc()
        log.error("detector failed", detector=self.detector.name, error=type(error).__name__, exc_info=error)
        if self._failures >= FAILURES_IN_A_ROW:
            self._failures, self._rests_until = 0, now + REST_SECONDS
            log.error("detector rests", detector=self.detector.name, seconds=REST_SECONDS)


class Panel:
    """All detectors of an installation.

    Args:
        detectors: in the order in which they are asked.
        windows: gives each its own.
    """

    def __init__(self, detectors: Sequence[Detector], windows: Store) -> None:
        self.seats = [Seat(detector, windows.of(detector.name)) for detector in detectors]

    def ask(self, tick: Tick) -> list[Signal]:
        """The signals of all whom the tick concerns."""
        types = tick.by_type.keys()
        signals: list[Signal] = []
        for seat in self.seats:
            if not seat.detector.subscribes.isdisjoint(types):
                signals += seat.ask(tick)
        return signals


def _checked(signal: Signal, tick: Tick) -> Signal:
    """No action is taken on garbage."""
    if not 0 <= signal.score <= 1 or not 0 <= signal.time <= tick.now + FUTURE_SECONDS:
        raise SignalError(f"a score of {signal.score!r} at {signal.time!r}")
    if not 0 < len(signal.subject.id) <= LONGEST_ID or "\x00" in signal.subject.id:
        raise SignalError("a subject without an id, or with an endless one")
    if any(share.endswith(":") for share in signal.shares):
        raise SignalError("a share without a value, which would make one matter of everything")
    if not all(map(_is_plain, signal.evidence.values())):
        raise SignalError("evidence that is no text and no number")
    return signal


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" not in value
    return isinstance(value, int | float) and math.isfinite(value)
