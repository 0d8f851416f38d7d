"""The loop that judges: a tick of at most 250 events, at most twenty a second.

In each: judge, set flags, share windows; every 0.4 s, and after each action, commit. What was not committed comes again, and is
known: nothing is counted twice while the process lives, and little when it is killed. What fails on the way is said, and the next
tick goes on.
"""

import gc
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError

from aerostic.db import Event
from aerostic.detection.judging.admitting import Admission
from aerostic.detection.judging.engine import Engine
from aerostic.detection.metrics import TICKS, WINDOWS
from aerostic.detection.running.acting import Acting
from aerostic.detection.running.keeping import Keeper
from aerostic.detection.running.known import Known
from aerostic.detection.running.ledger import Ledger
from aerostic.detection.running.loading import take
from aerostic.detection.running.recent import Recent
from aerostic.detection.running.states import States, save_at_end
from aerostic.detection.windows import WindowStore
from aerostic.streams.bus import Consumer
from aerostic.streams.outage import is_outage

log = structlog.get_logger()

LIMIT, TICK_SECONDS = 250, 0.05
COMMIT_SECONDS = 0.4
MOST_UNSETTLED = 20_000  # while Redis is away nothing is committed


@dataclass
class Parts:
    """What the loop works with."""

    engine: Engine
    windows: WindowStore
    acting: Acting
    ledger: Ledger
    keeper: Keeper
    known: Known
    recent: Recent
    states: States


class Watch:
    """Judges events until told to stop. It outlives the loop that runs it: after a failure it goes on with what it knows.

    Args:
        parts: what it works with.
        join: joins the buses, in the order in which they are read.
        clock: seconds since 1970.
    """

    def __init__(
        self, parts: Parts, join: Sequence[Callable[[], Consumer]], clock: Callable[[], float] = time.time
    ) -> None:
        self._parts = parts
        self._join = join
        self._clock = clock
        self._admission = Admission()
        self._began = self._windows_failed = self._degraded = False
        self._commit_at = 0.0
        self._unsettled: list[Event] = []

    def run(self, stop: threading.Event) -> None:
        """Judge until told to stop.

        Raises:
            Exception: a server is away; what was not committed comes again.
        """
        if not self._began:
            self.begin()
        with ExitStack() as stack:
            consumers = [stack.enter_context(closing(join())) for join in self._join]
            while not stop.is_set():
                began = time.monotonic()
                events = consumers[0].poll(LIMIT, TICK_SECONDS)
                for other in consumers[1:]:
                    events += other.poll(LIMIT, 0.0)
                done, urgent = self.tick(events)
                if done and (urgent or time.monotonic() >= self._commit_at):
                    self._commit(consumers)
                if len(events) < LIMIT:
                    stop.wait(max(TICK_SECONDS - (time.monotonic() - began), 0.0))
            save_at_end(self._parts.states)
            if self._parts.acting.act(()):
                self._commit(consumers)

    def begin(self) -> None:
        """Know what was known: windows, baselines, what stands, and what was judged already. Flags that are gone are set again.

        While PostgreSQL is away, with the policy, overrides and actions that were read last; where nothing is known of those,
        nobody is more than watched. What the database says is taken in when it is back.

        Raises:
            Exception: Redis or the bus is away.
        """
        parts = self._parts
        try:
            parts.windows.restore()
        except RedisError as error:  # perhaps a server of their own: they begin empty
            WINDOWS.inc()
            log.error("windows are not restored", reason=type(error).__name__)
        parts.states.restore()
        self._admission.remember(parts.recent.ids())
        standing = parts.engine.decider.standing
        for decision in parts.ledger.all().values():
            if decision is not None and not decision.shadow:
                standing.set(decision.id, decision.subject, decision.action, decision.until)
        self._take_first()
        self._began = True
        # What is there now stays: looking through all of it again and again is a large part of what slow ticks cost.
        gc.collect()
        gc.freeze()
        log.info("detection begins", detectors=len(parts.engine.panel.seats), standing=len(standing.all()))

    def _take_first(self) -> None:
        parts, now = self._parts, self._clock()
        standing = parts.engine.decider.standing
        try:
            take(parts.keeper.read(), parts.engine, now)
        except Exception as error:
            if not is_outage(error):
                raise
            # Only of what is no row yet: people may have lifted the others since they were known.
            parts.acting.again(standing.all(), now)
            self._degraded, known = True, parts.known.last()
            standing.is_blind = known is None
            if known is not None:
                take(known, parts.engine, now)
            policy = "none, so nobody is acted on" if known is None else f"version {known.version}, as known last"
            log.error("detection begins without the database", reason=type(error).__name__, policy=policy)
        else:
            parts.acting.again(standing.all(), now)

    def tick(self, events: Sequence[Event]) -> tuple[bool, bool]:
        """Judge some events and act on them.

        Returns:
            Whether everything is done that was decided, and whether something was.
        """
        parts, now = self._parts, self._clock()
        self._take_changes(now)
        admitted = self._admission.admit(events, now)
        judged = parts.engine.judge(admitted, now)
        if judged.signals:
            parts.keeper.put(judged.signals)
        done = parts.acting.act(judged.decisions)
        if admitted:
            TICKS.inc()
            self._share(now)
        self._unsettled += admitted
        del self._unsettled[:-MOST_UNSETTLED]
        parts.states.save_some(now)
        return done, bool(judged.decisions)

    def _take_changes(self, now: float) -> None:
        if (loaded := self._parts.keeper.loaded()) is not None:
            for key, held in take(loaded, self._parts.engine, now):
                self._parts.acting.undo(key, held)
            if self._degraded:
                self._parts.acting.again(self._parts.engine.decider.standing.all(), now)
                self._degraded = False
                log.info("detection knows the database again", version=loaded.version)

    def _share(self, now: float, *, everything: bool = False) -> None:
        """Windows that Redis does not take stay in memory, and detection goes on with those."""
        try:
            self._parts.windows.flush(now, everything=everything)
        except RedisError as error:
            WINDOWS.inc()
            if not self._windows_failed:
                log.error("windows are not shared", reason=type(error).__name__)
            self._windows_failed = True
        else:
            self._windows_failed = False

    def settle(self) -> None:
        """Share all that was counted, and remember what was judged: it can be committed then.

        Raises:
            RedisError: what was judged is not remembered.
        """
        if self._unsettled:
            self._share(self._clock(), everything=True)
            self._parts.recent.add(self._unsettled)
            self._unsettled = []

    def _commit(self, consumers: Sequence[Consumer]) -> None:
        self.settle()
        for consumer in consumers:
            consumer.commit()
        self._commit_at = time.monotonic() + COMMIT_SECONDS
