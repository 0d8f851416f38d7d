"""Writing down signals, decisions and incidents, in a thread of its own: when PostgreSQL is away, flags are set all the same.

Decisions wait in Redis (see `ledger`), signals in memory, both bounded; what was rolled back is written again.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from uuid import UUID

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from aerostic.db import db, service_scope, transaction, utcnow
from aerostic.db.engine import check_role
from aerostic.detection.contract import Signal
from aerostic.detection.incidents import Group, Grouping, close_quiet, link, write_groups
from aerostic.detection.judging.deciding import Decision
from aerostic.detection.judging.risk import signal_id
from aerostic.detection.metrics import LOST, QUEUED
from aerostic.detection.models import RiskSignal
from aerostic.detection.running.known import Known
from aerostic.detection.running.ledger import Ledger
from aerostic.detection.running.loading import Loaded, load
from aerostic.detection.running.mitigations import end_expired, tenants_of, write_decision
from aerostic.detection.running.written import signal_row
from aerostic.streams.outage import is_outage

log = structlog.get_logger()

SERVICE = service_scope("detection")
MOST_SIGNALS = 20_000
BATCH = 500
PAUSE_SECONDS, LOAD_SECONDS, TIDY_SECONDS = 0.5, 2.0, 5.0
AWAY_SECONDS = 10.0


class Keeper:
    """The one that writes.

    Args:
        ledger: the decisions that wait.
        known: keeps what was read for who starts while the database is away.
        versions: of detectors, by name.
        tell: called with the tenants that have something new, after it was written.
    """

    def __init__(
        self,
        ledger: Ledger,
        known: Known,
        versions: Mapping[str, int],
        tell: Callable[[set[UUID | None]], None] | None = None,
    ) -> None:
        self._ledger = ledger
        self._known = known
        self._versions = versions
        self._tell = tell
        self._signals: deque[Signal] = deque()
        self._lock = threading.Lock()
        self._grouping = Grouping()
        self._loaded: Loaded | None = None
        self._allowed: Sequence[str] = ()
        self._load_at = self._tidy_at = 0.0
        self._read_at: float | None = None

    def put(self, signals: Iterable[Signal]) -> None:
        """These are to be written down. The oldest go when too many wait."""
        with self._lock:
            self._signals.extend(signals)
            self._bound()

    def loaded(self) -> Loaded | None:
        """What was read since the last time; None when there is nothing new."""
        found, self._loaded = self._loaded, None
        return found

    def run(self, stop: threading.Event) -> None:
        """Write until told to stop, and then what is left. Nobody is held back by rows: what comes meanwhile is written together,
        since a transaction takes about as long for ten of them as for one.

        Raises:
            Exception: PostgreSQL or Redis is away; nothing is lost that was not written.
        """
        while not stop.is_set():
            self.step()
            stop.wait(PAUSE_SECONDS)
        while self.write():
            pass

    def step(self) -> None:
        """One turn: write what waits, end what has run out, read what people have changed. Before it has read whom the policy
        spares, it writes nothing: that is no part of incidents.
        """
        if self._read_at is None:
            self.read()
        while self.write():
            pass
        if monotonic() >= self._load_at:
            self.read()
        if monotonic() >= self._tidy_at:
            with transaction(SERVICE) as session:
                end_expired(session, utcnow())
                close_quiet(session, utcnow())
            self._tidy_at = monotonic() + TIDY_SECONDS

    def read(self) -> Loaded:
        """Read what people and other processes have changed.

        Raises:
            UnsafeRoleError: the role of the database sees past row-level security.
            Exception: PostgreSQL is away.
        """
        if self._read_at is None:  # a process that started while the database was away has not asked yet
            check_role(db.engine)
        with transaction(SERVICE) as session:
            found = load(session)
        self._known.keep(found)
        self._read_at = monotonic()
        self._loaded, self._allowed = found, found.policy.allowed
        self._load_at = monotonic() + LOAD_SECONDS
        return found

    def is_away(self) -> bool:
        """Whether the database could not be read for a while."""
        return self._read_at is None or monotonic() - self._read_at > AWAY_SECONDS

    def write(self) -> bool:
        """Write a batch; whether there was one."""
        owed = self._ledger.first(BATCH)
        signals = self._take()
        QUEUED.set(len(self._signals) + len(signals) + (self._ledger.waiting() if owed else 0))
        decisions = [decision for decision in owed.values() if decision is not None]
        try:
            self._write(signals, decisions)
        except BaseException:
            self._give_back(signals)
            raise
        self._ledger.settle(owed)
        LOST.inc(len(owed) - len(decisions))
        if (signals or decisions) and self._tell is not None:
            self._tell({one.subject.tenant_id for one in signals} | tenants_of(decisions))
        return bool(signals or owed)

    def _take(self) -> list[Signal]:
        with self._lock:
            return [self._signals.popleft() for _ in range(min(BATCH, len(self._signals)))]

    def _give_back(self, signals: Sequence[Signal]) -> None:
        with self._lock:
            self._signals.extendleft(reversed(signals))
            self._bound()

    def _bound(self) -> None:
        while len(self._signals) > MOST_SIGNALS:
            self._signals.popleft()
            LOST.inc()

    def _write(self, signals: Sequence[Signal], decisions: Sequence[Decision]) -> None:
        """All together; where that fails for a reason of its own, one by one, so that only what is bad goes."""
        if not (signals or decisions):
            return
        try:
            self._transaction(signals, decisions)
        except Exception as error:
            if is_outage(error):
                raise
            if len(signals) + len(decisions) == 1:
                LOST.inc()
                log.error("not written down", signals=len(signals), decisions=len(decisions), exc_info=error)
                return
            for signal in signals:
                self._write([signal], [])
            for decision in decisions:
                self._write([], [decision])

    def _transaction(self, signals: Sequence[Signal], decisions: Sequence[Decision]) -> None:
        groups = self._grouping.add(signals, self._allowed)
        before = [(group, group.copy()) for group in groups]
        try:
            with transaction(SERVICE) as session:
                write_groups(session, self._grouping, groups)
                self._write_signals(session, signals)
                for group in groups:
                    link(session, group)
                for decision in decisions:
                    write_decision(session, decision, self._incident(decision))
        except BaseException:
            for group, copy in before:
                group.like(copy)
            raise

    def _write_signals(self, session: Session, signals: Sequence[Signal]) -> None:
        rows = {signal_id(one): signal_row(one, self._versions.get(one.detector, 0), None) for one in signals}
        if rows:
            session.execute(insert(RiskSignal).on_conflict_do_nothing(), list(rows.values()))

    def _incident(self, decision: Decision) -> UUID | None:
        group: Group | None = self._grouping.of(decision.subject.kind, decision.subject.id, decision.shares)
        return group.id if group is not None and group.is_row else None
