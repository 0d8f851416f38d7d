"""What is held back at the moment, and from whom: flags in Redis that every process reads before it does something.

Detection sets them; web, API, workers and intake honour them. A flag ends by itself. Where Redis cannot be asked nothing is
held back by it (the pages, queues and sessions that need Redis stand still then anyway), and the metric says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import orjson
import structlog
from prometheus_client import Counter
from redis import Redis
from redis.exceptions import RedisError

from aerostic.registry import runtime

log = structlog.get_logger(__name__)
UNKNOWN = Counter("aerostic_restrictions_unknown", "Times nobody could say what is held back: Redis was away.")
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
        redis: a client that answers bytes.
        prefix: first part of every key.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix

    def of(self, subjects: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Restriction]:
        """The flags of these subjects, `(kind, id)`, in one question; those without one are left out."""
        asked = list(dict.fromkeys(subjects))
        try:
            found = self._redis.mget([self._key(*subject) for subject in asked]) if asked else []
        except RedisError as error:
            UNKNOWN.inc()
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
    own = runtime()
    return Restrictions(own.redis, own.settings.redis_prefix)


def _read(raw: bytes | str) -> Restriction:
    return Restriction(*orjson.loads(raw))
