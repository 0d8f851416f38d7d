"""What the database has not been told yet: decisions, in Redis, so that they outlive this process. Bounded: where PostgreSQL is
away for long, those that are worth most stay.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from redis import Redis
from redis.exceptions import RedisError

from aerostic.db import new_id
from aerostic.detection.judging.deciding import Decision
from aerostic.detection.metrics import DROPPED
from aerostic.detection.running.written import decision_json, read_decision

log = structlog.get_logger()

MOST, OF_NOBODY, OF_TENANT = 20_000, 10_000, 2_000
"""Decisions that are kept in all, of subjects that are no tenant's (addresses), and of one tenant."""
LEFT = 0.9  # of `MOST`, so that not every decision that follows has to make room
LOOK = 500  # decisions added, before it is looked whether one tenant has too many

Owed = Mapping[bytes, Decision | None]


class Ledger:
    """Written to by the loop that judges, settled by the one that writes rows; several processes share it.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the key.
        clock: seconds since 1970.
    """

    def __init__(self, redis: Redis, prefix: str, clock: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._key = f"{prefix}:detection:owed"
        self._clock = clock
        self._added = 0

    def add(self, decisions: Iterable[Decision]) -> None:
        """Write down decisions, in their order.

        Raises:
            RedisError: they may not be there.
        """
        rows: Mapping[Any, Any] = {str(new_id()): decision_json(decision) for decision in decisions}
        if not rows:
            return
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.hset(self._key, mapping=rows)
            pipe.hlen(self._key)
            there = pipe.execute()[1]
        self._added += len(rows)
        if there > MOST or (there > OF_TENANT and self._added >= LOOK):
            self._added = 0
            with suppress(RedisError):  # they are written down; the next ones make room
                self._make_room()

    def waiting(self) -> int:
        """How many decisions are owed."""
        answer: Any = self._redis.hlen(self._key)
        return int(answer)

    def first(self, most: int) -> dict[bytes, Decision | None]:
        """The oldest decisions; None for what cannot be read."""
        names: Any = sorted(self._redis.hkeys(self._key))[:most]
        return self._read(names, self._redis.hmget(self._key, names)) if names else {}

    def all(self) -> dict[bytes, Decision | None]:
        """Everything owed, the oldest first."""
        answer: Any = self._redis.hgetall(self._key)
        names = sorted(answer)
        return self._read(names, [answer[name] for name in names])

    def settle(self, names: Iterable[bytes]) -> int:
        """The database knows these, or is not to be told; how many were still there."""
        gone: Any = list(names)
        answer: Any = self._redis.hdel(self._key, *gone) if gone else 0
        return int(answer)

    def _read(self, names: Sequence[bytes], rows: Any) -> dict[bytes, Decision | None]:
        return {name: _readable(raw) for name, raw in zip(names, rows, strict=True) if raw is not None}

    def _make_room(self) -> None:
        for why, names in surplus(self.all(), self._clock()).items():
            if gone := self.settle(names):
                DROPPED.labels(why).inc(gone)
                log.error("decisions will be no rows: the database has been away for too long", decisions=gone, why=why)


def surplus(owed: Owed, now: float) -> dict[str, Collection[bytes]]:
    """What has to go, by why: of prolongations of one action the last says it all (`merged`), then those of a tenant that has
    too many (`tenant`), then of all (`total`). What nobody felt goes first, then what is over, then prolongations; of the same
    worth the oldest.
    """
    merged = _repeated(owed)
    by_owner = defaultdict[UUID | None, list[bytes]](list)
    for name in sorted(owed.keys() - merged, key=lambda name: (*_worth(owed[name], now), name)):
        decision = owed[name]
        by_owner[decision.subject.tenant_id if decision else None].append(name)
    of_owner = {
        name
        for owner, names in by_owner.items()
        for name in names[: max(len(names) - (OF_TENANT if owner else OF_NOBODY), 0)]
    }
    left = sorted(owed.keys() - merged - of_owner, key=lambda name: (*_worth(owed[name], now), name))
    total = left[: len(left) - int(MOST * LEFT)] if len(left) > MOST * LEFT else []
    return {"merged": merged, "tenant": of_owner, "total": total}


def _repeated(owed: Owed) -> set[bytes]:
    last: dict[UUID, bytes] = {}
    repeated = set()
    for name in sorted(owed):
        decision = owed[name]
        if decision is not None and decision.prolongs:
            if decision.id in last:
                repeated.add(last[decision.id])
            last[decision.id] = name
    return repeated


def _worth(decision: Decision | None, now: float) -> tuple[bool, bool, bool]:
    if decision is None:
        return False, False, False
    felt = not decision.shadow and decision.action != "watch"
    return felt, felt and decision.until > now, not decision.prolongs


def _readable(raw: bytes) -> Decision | None:
    try:
        return read_decision(raw)
    except (ValueError, KeyError, TypeError) as error:
        log.error("a decision that is owed cannot be read", error=type(error).__name__)
        return None
