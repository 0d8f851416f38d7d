"""The spool: observations of this process on their way to the bus. Whoever puts one in never waits and never fails."""

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic, sleep

import structlog

from aerostic.db import Event
from aerostic.streams.bus import Bus, BusError, BusFullError
from aerostic.streams.observed.metrics import DROPPED, OBSERVED, WAITING

log = structlog.get_logger(__name__)
MOST = 20_000
BATCH = 1_000
GATHER_SECONDS = 0.02
RETRY_SECONDS = 0.5


class Spool:
    """Keeps what was observed until the bus has it; when it is full, the oldest go, and are counted.

    A daemon thread begins with the first observation.

    Args:
        open_bus: opens the bus, in the thread, when there is something to publish.
        most: how many observations are kept.
    """

    def __init__(self, open_bus: Callable[[], Bus], most: int = MOST) -> None:
        self._open_bus = open_bus
        self._most = most
        self.begin()

    def begin(self) -> None:
        """Begin empty: in a process that was just forked, what stands in the spool is the parent's, and so is the thread."""
        self._waiting: deque[Event] = deque(maxlen=self._most)
        self._bus: Bus | None = None
        self._away = False
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._publishing = threading.Lock()
        self._called = threading.Event()

    def put(self, event: Event) -> None:
        """Keep an observation, to be published in a moment."""
        if len(self._waiting) >= self._most:
            DROPPED.labels("full").inc()
        self._waiting.append(event)
        if not self._called.is_set():
            self._called.set()
            self._start()

    def flush(self, seconds: float) -> bool:
        """Publish what waits, in this thread, trying for so many seconds; whether nothing waits any more."""
        end = monotonic() + seconds
        while not (published := self._publish()) and monotonic() < end:
            sleep(GATHER_SECONDS)
        return published

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="observations", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._called.wait()
            sleep(GATHER_SECONDS)
            self._called.clear()
            if not self._publish():
                sleep(RETRY_SECONDS)
                self._called.set()

    def _publish(self) -> bool:
        """Hand over what waits; False where the bus is away, or somebody else hands over."""
        if not self._publishing.acquire(blocking=False):
            return False
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                if not self._handed_over(batch):
                    return False
            return True
        finally:
            WAITING.set(len(self._waiting))
            self._publishing.release()

    def _handed_over(self, batch: list[Event]) -> bool:
        try:
            self._bus = self._bus or self._open_bus()
            self._bus.publish(batch)
        except BusFullError as error:
            self._pass_over(batch, error)
            return True
        except BusError as error:
            self._keep(batch, error)
            return False
        except Exception as error:
            self._give_up(batch, error)
        else:
            OBSERVED.inc(len(batch))
        self._away = False
        return True

    def _keep(self, batch: list[Event], error: BusError) -> None:
        """Put back in front what was not taken, as far as there is room: what is new is worth more."""
        room = max(0, self._most - len(self._waiting))
        lost = max(0, len(batch) - room)
        if lost:
            DROPPED.labels("full").inc(lost)
        self._waiting.extendleft(reversed(batch[lost:]))
        self._say("observations wait for the bus", error)

    def _pass_over(self, batch: list[Event], error: BusFullError) -> None:
        """Whoever is so far behind has lost the moment. What is in other partitions does not wait for it."""
        DROPPED.labels("behind").inc(len(error.refused))
        OBSERVED.inc(len(batch) - len(error.refused))
        self._say("observations are lost: who hears them is too far behind", error)

    def _say(self, what: str, error: BusError) -> None:
        """Once, until the bus takes everything again."""
        if not self._away:
            self._away = True
            log.warning(what, reason=type(error).__name__, waiting=len(self._waiting))

    def _give_up(self, batch: list[Event], error: Exception) -> None:
        """Something among them is no observation: the others go one by one."""
        if len(batch) > 1:
            for event in batch:
                self._handed_over([event])
            return
        DROPPED.labels("unreadable").inc()
        log.error("observation dropped", type=batch[0].type, exc_info=error)
