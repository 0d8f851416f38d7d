"""A stream through the engine in memory: as fast as it goes, with the clock of the stream."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from aerostic.cli.detect.labelled import Stream
from aerostic.cli.detect.marking import Acted
from aerostic.db import Event
from aerostic.detection.contract import Detector
from aerostic.detection.judging.deciding import Decision
from aerostic.detection.judging.engine import Engine
from aerostic.detection.judging.policy import DEFAULT
from aerostic.detection.windows import WindowStore

TICK_SECONDS, TICK_EVENTS = 1.0, 250


@dataclass(slots=True)
class Replayed:
    """What came of a stream: actions, how many events it had, and the CPU seconds that judging took."""

    actions: list[Acted] = field(default_factory=list)
    events: int = 0
    cpu: float = 0.0


def replay(stream: Stream, detectors: Sequence[Detector]) -> Replayed:
    """Judge a whole stream by the default policy.

    Args:
        stream: a fresh one.
        detectors: fresh ones, too.
    """
    windows = WindowStore(None, "score", {detector.name: detector.windows for detector in detectors})
    engine = Engine(detectors, windows, DEFAULT)
    done = Replayed()
    for tick in ticks(stream.events()):
        now = tick[-1].time.timestamp()
        begun = time.process_time()
        judged = engine.judge(tick, now)
        windows.flush(now)
        done.cpu += time.process_time() - begun
        done.events += len(tick)
        done.actions += [decision for decision in judged.decisions if is_action(decision)]
    return done


def is_action(decision: Decision) -> bool:
    """Whether anybody feels it, and did not before."""
    return not (decision.shadow or decision.prolongs or decision.action == "watch")


def ticks(events: Iterable[Event], seconds: float = TICK_SECONDS) -> Iterator[list[Event]]:
    """Events in batches as the detection process takes them, so long at most."""
    batch: list[Event] = []
    until = 0.0
    for event in events:
        at = event.time.timestamp()
        if batch and (at >= until or len(batch) >= TICK_EVENTS):
            yield batch
            batch = []
        if not batch:
            until = at + seconds
        batch.append(event)
    if batch:
        yield batch
