"""What is held back at the moment, and from whom: flags in Redis that every process reads before it does something.

Detection sets them; web, API, workers and intake honour them. A flag ends by itself. Where Redis cannot be asked nothing is
held back by it (the pages, queues and sessions that need Redis stand still then anyway), and the metric says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from redis import Redis

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
        raise NotImplementedError

    def put(self, kind: str, subject: str, restriction: Restriction) -> None:
        """Set a flag until its end, in place of another one of the subject."""
        raise NotImplementedError

    def lift(self, kind: str, subject: str) -> None:
        """Take a flag away."""
        raise NotImplementedError
