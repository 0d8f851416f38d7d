"""Which events are judged: none twice, none that is garbage, none from a clock that is wrong, none that is too old to matter."""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

import structlog

from aerostic.db import Event
from aerostic.detection.judging.shapes import is_sound
from aerostic.detection.metrics import BEHIND, EVENTS
from aerostic.streams.observed.kinds import HEARD, OBSERVATIONS

log = structlog.get_logger()

FUTURE_SECONDS = 60.0
LATE_SECONDS = 900.0
REMEMBERED = 50_000
# Behind by so much, a tick takes no more than so many events of one tenant, so that its flood does not hold up the others.
BEHIND_SECONDS, MOST_OF_ONE = 3.0, 50
WANTED = HEARD | {kind.name for kind in OBSERVATIONS}


class Admission:
    """The door of the engine.

    Args:
        remembered: how many ids are known again for certain; up to twice as many are.
    """

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._young: set[int] = set()
        self._old: set[int] = set()

    def admit(self, events: Sequence[Event], now: float) -> list[Event]:
        """Those to be judged, in their order."""
        if not events:
            return []
        newest, oldest, first = now + FUTURE_SECONDS, now - LATE_SECONDS, now
        young, old = self._young, self._old
        admitted, refused = [], Counter[str]()
        for event in events:
            number = event.id.int
            if event.type not in WANTED:
                continue
            if number in young or number in old:
                refused["duplicate"] += 1
                continue
            young.add(number)
            moment = event.time.timestamp()
            if moment > newest:
                refused["future"] += 1
            elif moment < oldest:
                refused["late"] += 1
            elif not is_sound(event.type, event.data):
                refused["poison"] += 1
            else:
                first = min(first, moment)
                admitted.append(event)
        if len(young) >= self._remembered:
            self._old, self._young = young, set()
        BEHIND.set(now - first)
        if now - first > BEHIND_SECONDS:
            admitted = _fairly(admitted, refused)
        self._tell(len(admitted), refused)
        return admitted

    def remember(self, ids: Iterable[UUID]) -> None:
        """These were judged before this process began."""
        self._old.update(event_id.int for event_id in ids)

    def _tell(self, admitted: int, refused: Counter[str]) -> None:
        EVENTS.labels("judged").inc(admitted)
        for outcome, number in refused.items():
            EVENTS.labels(outcome).inc(number)
        if refused["future"] > admitted:
            log.error("most events are from the future: compare the clocks", events=refused["future"])
        if refused["poison"]:
            log.warning("observations that are none", events=refused["poison"])


def _fairly(events: Sequence[Event], refused: Counter[str]) -> list[Event]:
    taken = Counter[UUID | None]()
    kept = []
    for event in events:
        taken[event.tenant_id] += 1
        if event.tenant_id is None or taken[event.tenant_id] <= MOST_OF_ONE:
            kept.append(event)
        else:
            refused["shed"] += 1
    return kept
