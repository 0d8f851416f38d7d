"""What is held back at the moment, and from whom: flags in Redis that every process reads before it does something.

Detection sets them; web, API, workers and intake honour them. A flag ends by itself. Where Redis cannot be asked nothing is
held back by it (the pages, queues and sessions that need Redis stand still then anyway), and the metric says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal

import orjson
import structlog
from flask import current_app
from prometheus_client import Counter
from redis import Redis
from redis.exceptions import RedisError

from aerostic.db.redis import connect
from aerostic.registry import runtime

log = structlog.get_logger(__name__)
UNKNOWN = Counter("aerostic_restrictions_unknown", "Times nobody could say what is held back: Redis was away.")
EXTENSION = "aerostic.restrictions"
AWAY_SECONDS = 1.0
Action = Literal["watch", "slow", "challenge", "pause", "disable", "block", "freeze"]
ACTIONS: tuple[Action, ...] = ("watch", "slow", "challenge", "pause", "disable", "block", "freeze")


@dataclass(frozen=True, slots=True)
class Restriction:
    """One flag.

    Args:
        action: what is done about it.
        decision_id: of the row that says why.
        until: when it ends, in seconds since 1970.
    """

    action: Action
    decision_id: str
    until: float


class Restrictions:
    """The flags of one installation.

    Args:
        redis: a client that answers bytes, and soon: who asks waits for it. Once it did not, nobody asks for a second.
        prefix: first part of every key.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._away_until = 0.0

    def of(self, subjects: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Restriction]:
        """The flags of these subjects, `(kind, id)`, in one question; those without one are left out."""
        asked = list(dict.fromkeys(subjects))
        if not asked:
            return {}
        if monotonic() < self._away_until:
            UNKNOWN.inc()
            return {}
        try:
            found = self._redis.mget([self._key(*subject) for subject in asked])
        except RedisError as error:
            UNKNOWN.inc()
            self._away_until = monotonic() + AWAY_SECONDS
            log.warning("restrictions unknown, nothing is held back", reason=type(error).__name__)
            return {}
        return {subject: _read(raw) for subject, raw in zip(asked, found, strict=True) if raw}

    def put(self, kind: str, subject: str, restriction: Restriction) -> None:
        """Set a flag until its end, in place of another one of the subject.

        Raises:
            RedisError: it was not set.
        """
        raw = orjson.dumps([restriction.action, restriction.decision_id, restriction.until])
        self._redis.set(self._key(kind, subject), raw, pxat=int(restriction.until * 1000))

    def lift(self, kind: str, subject: str) -> None:
        """Take a flag away.

        Raises:
            RedisError: it may still stand.
        """
        self._redis.delete(self._key(kind, subject))

    def _key(self, kind: str, subject: str) -> str:
        return f"{self._prefix}:held:{kind}:{subject}"


def restrictions() -> Restrictions:
    """Those of the running application. Needs an application context."""
    kept: dict[str, Any] = current_app.extensions
    if EXTENSION not in kept:
        settings = runtime().settings
        kept[EXTENSION] = Restrictions(connect(settings, patient=False), settings.redis_prefix)
    found: Restrictions = kept[EXTENSION]
    return found


def _read(raw: bytes | str) -> Restriction:
    return Restriction(*orjson.loads(raw))
