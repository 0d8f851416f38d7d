"""Doing what was decided: first what is owed to the database is written down in Redis, then the flag is set that all honour.

In that order no flag ever stands without an explanation that will reach its row, whatever dies in between; and PostgreSQL, when
it is away, holds up nothing.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError

from aerostic.db import new_id
from aerostic.detection.judging.deciding import Decision
from aerostic.detection.judging.risk import Key
from aerostic.detection.judging.standing import Held
from aerostic.detection.metrics import DECISIONS, OWED, SECONDS
from aerostic.detection.running.written import decision_json
from aerostic.security.restrictions import Restriction, Restrictions

log = structlog.get_logger()

MOST_PENDING = 20_000


class Ledger:
    """What the database has not been told yet: decisions by when they were made.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the key.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}:detection:owed"

    def add(self, decisions: Iterable[Decision]) -> None:
        """Write down decisions, in their order.

        Raises:
            RedisError: they may not be there.
        """
        rows: Mapping[Any, Any] = {str(new_id()): decision_json(decision) for decision in decisions}
        if rows:
            self._redis.hset(self._key, mapping=rows)

    def all(self) -> dict[bytes, bytes]:
        """Everything owed, the oldest first."""
        answer: Any = self._redis.hgetall(self._key)
        return dict(sorted(answer.items()))

    def settle(self, names: Iterable[bytes]) -> None:
        """The database knows these."""
        gone = list(names)
        if gone:
            self._redis.hdel(self._key, *gone)


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
        del self._unwritten[:-MOST_PENDING]
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
