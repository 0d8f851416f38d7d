"""Asking for a new version: one wish waits at a time, and what came of the last one is kept for a day. Kept in Redis: whoever
asks only wants to see what becomes of it. All of it needs an application context.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import orjson

from aerostic.db import utcnow
from aerostic.detection.forest.training import Outcome
from aerostic.jobs.queues import TIMEOUT_SECONDS, enqueue
from aerostic.registry import runtime

RUN = "aerostic.detection.forest.jobs.train_asked"
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a wish, and when."""

    outcome: Outcome
    at: datetime


def ask() -> bool:
    """Have a version made in the background; False where one is waited for already.

    A wish whose job is killed is forgotten when the job's time would be over.
    """
    if not runtime().redis.set(_key("asked"), b"1", nx=True, ex=TIMEOUT_SECONDS):
        return False
    enqueue(RUN)
    return True


def is_waiting() -> bool:
    """Whether a version is waited for."""
    return bool(runtime().redis.exists(_key("asked")))


def answer(outcome: Outcome) -> None:
    """Note what came of the wish; there may be another one."""
    said = orjson.dumps({"outcome": asdict(outcome), "at": utcnow()})
    with runtime().redis.pipeline() as pipe:
        pipe.set(_key("answer"), said, ex=KEPT)
        pipe.delete(_key("asked"))
        pipe.execute()


def last() -> Answer | None:
    """What came of the last wish; None where nobody had one for a day."""
    raw = runtime().redis.get(_key("answer"))
    if raw is None:
        return None
    said = orjson.loads(raw)
    return Answer(Outcome(**said["outcome"]), datetime.fromisoformat(said["at"]))


def _key(what: str) -> str:
    return f"{runtime().settings.redis_prefix}:detection:forest:{what}"
