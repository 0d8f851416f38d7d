"""What is learnt (baselines of detectors, risks, the tenants that were seen), kept in Redis so that a restart does not forget it.

One is asked at a time, so that no tick waits for all of them; packing and writing happen in a thread of its own.
"""

import threading
import zlib
from collections.abc import Callable, Mapping
from queue import Empty, Full, Queue
from typing import Any

import orjson
import structlog
from redis import Redis
from redis.exceptions import RedisError

from aerostic.detection.judging.engine import Engine
from aerostic.detection.metrics import FAILURES

log = structlog.get_logger()

EACH_SECONDS = 60.0
KEPT_SECONDS = 7 * 24 * 3600
LARGEST = 64 * 1024 * 1024  # bytes of JSON
PACKING = 1
WAIT_SECONDS = 0.5

Parts = Mapping[str, tuple[Callable[[], Any], Callable[[Any], None]]]


def parts_of(engine: Engine) -> Parts:
    """Everything in an engine that learns: how to ask it, and how to give it back."""
    own = {
        "risk": (engine.decider.risk.state, engine.decider.risk.restore),
        "seen": (engine.decider.seen.state, engine.decider.seen.restore),
    }
    seats = engine.panel.seats
    return own | {seat.detector.name: (seat.detector.state, seat.detector.restore) for seat in seats}


class States:
    """Saves and restores what is learnt.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the key.
        parts: what to ask, by name.
    """

    def __init__(self, redis: Redis, prefix: str, parts: Parts) -> None:
        self._redis = redis
        self._key = f"{prefix}:detection:states"
        self._parts = parts
        self._waiting: Queue[tuple[str, bytes]] = Queue(maxsize=4)
        self._names = list(parts)
        self._next_at: float | None = None
        self._is_behind = False

    def restore(self) -> None:
        """Give everybody back what was kept; what cannot be read is left.

        Raises:
            RedisError: it cannot be reached.
        """
        answer: Any = self._redis.hgetall(self._key)
        for name, raw in answer.items():
            if (part := self._parts.get(name.decode())) is not None:
                try:
                    part[1](orjson.loads(zlib.decompress(raw)))
                except Exception as error:
                    FAILURES.labels(name.decode()).inc()
                    log.error("a state cannot be restored", of=name.decode(), error=type(error).__name__)

    def save_some(self, now: float) -> None:
        """Ask the next one, if it is time. Called in each tick, by the thread that judges."""
        pause = EACH_SECONDS / max(len(self._names), 1)
        if self._next_at is None:
            self._next_at = now + pause
        if now >= self._next_at:
            self._next_at = now + pause
            name = self._names.pop(0)
            self._names.append(name)
            if (raw := self._asked(name)) is not None:
                try:
                    self._waiting.put_nowait((name, raw))
                except Full:
                    if not self._is_behind:
                        log.warning("states are not kept: Redis is behind", of=name)
                    self._is_behind = True
                else:
                    self._is_behind = False

    def save_all(self) -> None:
        """Ask all, and write at once: the process ends."""
        for name in self._parts:
            if (raw := self._asked(name)) is not None:
                self._write(name, raw)

    def run(self, stop: threading.Event) -> None:
        """Write what waits, until told to stop.

        Raises:
            RedisError: it cannot be reached; a newer state will follow.
        """
        while not stop.is_set():
            try:
                self._write(*self._waiting.get(timeout=WAIT_SECONDS))
            except Empty:
                continue

    def _asked(self, name: str) -> bytes | None:
        try:
            state = self._parts[name][0]()
            raw = None if state is None else orjson.dumps(state, option=orjson.OPT_SERIALIZE_NUMPY)
        except Exception as error:
            FAILURES.labels(name).inc()
            log.error("a state cannot be kept", of=name, error=type(error).__name__)
            return None
        if raw is not None and len(raw) > LARGEST:
            log.error("a state is too large to be kept", of=name, bytes=len(raw))
            return None
        return raw

    def _write(self, name: str, raw: bytes) -> None:
        self._redis.hset(self._key, name, zlib.compress(raw, PACKING))
        self._redis.expire(self._key, KEPT_SECONDS)


def save_at_end(states: States) -> None:
    """Keep everything, where Redis can be reached."""
    try:
        states.save_all()
    except RedisError as error:
        log.error("states are not kept", error=type(error).__name__)
