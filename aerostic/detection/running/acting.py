"""Doing what was decided: first what is owed to the database is written down in Redis, then the flag is set that all honour.

In that order no flag ever stands without an explanation that will reach its row, whatever dies in between; and PostgreSQL, when
it is away, holds up nothing.
"""

import time
from collections.abc import Callable, Iterable, Mapping

import structlog
from redis.exceptions import RedisError

from aerostic.detection.judging.deciding import Decision
from aerostic.detection.judging.risk import Key
from aerostic.detection.judging.standing import Held
from aerostic.detection.metrics import DECISIONS, DROPPED, OWED, SECONDS
from aerostic.detection.running.ledger import Ledger
from aerostic.security.restrictions import Restriction, Restrictions

log = structlog.get_logger()

MOST_PENDING = 20_000


class Acting:
    """Sets the flags. What Redis does not take is kept and set when it is back; until then nothing is committed on the bus.

    Args:
        restrictions: where flags are set.
        ledger: what the database is to be told.
        clock: seconds since 1970.
    """

    def __init__(self, restrictions: Restrictions, ledger: Ledger, clock: Callable[[], float] = time.time) -> None:
        self._restrictions = restrictions
        self._ledger = ledger
        self._clock = clock
        self._unwritten: list[Decision] = []
        self._unset: dict[Key, Decision] = {}

    def act(self, decisions: Iterable[Decision]) -> bool:
        """Do what was decided, now and what is left of before.

        Returns:
            Whether everything is done.
        """
        for decision in decisions:
            DECISIONS.labels(decision.action, "yes" if decision.shadow else "no").inc()
            self._unwritten.append(decision)
            if not decision.shadow and decision.action != "watch":
                self._unset[decision.subject.kind, decision.subject.id] = decision
        if not (self._unwritten or self._unset):
            return True
        try:
            self._ledger.add(self._unwritten)
            self._unwritten.clear()
            self._set()
        except RedisError as error:
            log.error("flags wait for Redis", flags=len(self._unset), reason=type(error).__name__)
        OWED.set(len(self._unset))
        if (over := len(self._unwritten) - MOST_PENDING) > 0:
            DROPPED.labels("redis").inc(over)
            del self._unwritten[:over]
        return not (self._unwritten or self._unset)

    def again(self, standing: Mapping[Key, Held], now: float) -> None:
        """Set all flags that stand: after a start they may be missing.

        Raises:
            RedisError: not all of them are set.
        """
        for key, held in standing.items():
            if held.action != "watch" and held.until > now:
                self._restrictions.put(*key, Restriction(held.action, str(held.id), held.until))

    def undo(self, key: Key, held: Held) -> None:
        """People have ended it: its flag goes, if it has come back since."""
        self._unset.pop(key, None)
        flag = self._restrictions.of([key]).get(key)
        if flag is not None and flag.decision_id == str(held.id):
            self._restrictions.lift(*key)

    def _set(self) -> None:
        for key, decision in list(self._unset.items()):
            if decision.until > self._clock():
                flag = Restriction(decision.action, str(decision.id), decision.until)
                self._restrictions.put(*key, flag)
                SECONDS.observe(self._clock() - decision.time)
            del self._unset[key]
