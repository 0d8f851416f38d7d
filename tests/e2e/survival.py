"""People who write to a flow while the process that takes it on is killed again and again."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import IO, Any, cast
from uuid import UUID

from redis import Redis
from sqlalchemy import func, select, text, update

from aerostic.db import emit, service_scope, tenant_scope, transaction, utcnow
from aerostic.flows.document import Document
from aerostic.flows.handling import NAME
from aerostic.flows.models import OPEN, FlowRun
from aerostic.flows.runs import journal
from aerostic.ledger import credit
from aerostic.messaging.contacts.tags import names_of
from aerostic.messaging.models import Conversation, Message
from aerostic.settings import Settings
from aerostic.streams.bus import PARTITIONS
from aerostic.streams.redis_keys import RedisKeys
from tests.core.flows.shop import Shop
from tests.e2e.counting import Counting
from tests.support.processes import ROOT, eventually

LONGEST = 0.8  # seconds that the process works before it is killed
PLUGINS = ("whatsapp", "pricing", "logic", "messages", "http")
AT_WORK = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND application_name = 'driver' AND backend_xid IS NOT NULL"
)


def document(url: str) -> Document:
    """Steps of each kind: tags and messages, requests that may be repeated and ones that may not, an answer, a pause."""
    nodes: list[tuple[str, str, dict[str, Any]]] = [
        ("in", "messages.received", {}),
        ("tag", "logic.tag", {"tag": "began"}),
        ("hi", "messages.text", {"text": "Hello!"}),
        ("get", "http.request", {"url": f"{url}/get"}),
        ("post", "http.request", {"url": f"{url}/post", "method": "POST", "body": "json", "body_json": "{}"}),
        ("answer", "logic.wait_reply", {}),
        ("pause", "logic.wait", {"amount": 1, "unit": "minutes"}),
        ("thanks", "messages.text", {"text": "Thanks, {{ vars.answer }}!"}),
        ("last", "http.request", {"url": f"{url}/last", "method": "POST", "body": "json", "body_json": "{}"}),
        ("done", "logic.tag", {"tag": "done"}),
    ]
    line = [name for name, _, _ in nodes]
    edges = [{"source": a, "target": b} for a, b in pairwise(line)]
    edges += [
        {"source": "get", "port": "error", "target": "post"},
        {"source": "post", "port": "error", "target": "answer"},
    ]
    return Document.of({"nodes": [{"id": i, "kind": k, "config": c} for i, k, c in nodes], "edges": edges})


class Crowd:
    """People who write to one number, each a word and, whenever, an answer."""

    def __init__(self, url: str) -> None:
        self.first = Shop(plugins=PLUGINS)
        self.id = self.first.id
        self.people: list[Shop] = []
        with transaction(tenant_scope(self.id)) as session:
            credit(session, self.id, 10**12, "USD", key="start", note="test")
        self.first.publish(document(url))

    def come(self, count: int) -> None:
        """So many more, who write both words."""
        for _ in range(count):
            person = Shop(beside=self.first)
            self.people.append(person)
            with transaction(tenant_scope(self.id)) as session:
                open_until = utcnow() + timedelta(hours=24)
                session.execute(
                    update(Conversation).where(Conversation.id == person.talk).values(window_until=open_until)
                )
            for words in ("hello", "Ada"):
                event = person.says(words)
                with transaction(tenant_scope(self.id)) as session:
                    emit(session, event)

    def open(self) -> Counter[str]:
        """The runs that have not ended, by state."""
        with transaction(tenant_scope(self.id)) as session:
            return Counter(session.scalars(select(FlowRun.state).where(FlowRun.state.in_(OPEN))).all())

    def count(self) -> int:
        """The runs so far."""
        with transaction(tenant_scope(self.id)) as session:
            return session.scalar(select(func.count()).select_from(FlowRun)) or 0

    def steps(self) -> tuple[int, int]:
        """How far all runs have come, and how many steps are being done outside."""
        done, outside = func.coalesce(func.sum(FlowRun.steps), 0), func.count().filter(FlowRun.state == "unknown")
        with transaction(tenant_scope(self.id)) as session:
            return cast(tuple[int, int], tuple(session.execute(select(done, outside)).one()))

    def waits_over(self) -> None:
        """Time passes for what waits for nothing else, and for the lease of what was cut short: its process is dead."""
        with transaction(tenant_scope(self.id)) as session:
            waits = (FlowRun.awaits != "reply") & FlowRun.wake_at.is_not(None)
            session.execute(update(FlowRun).where(waits, FlowRun.wake_at > utcnow()).values(wake_at=utcnow()))


@dataclass
class Tally:
    """What the kills hit."""

    hit: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    def __str__(self) -> str:
        return f"{self.kills} kills: " + ", ".join(f"{count} {what}" for what, count in sorted(self.hit.items()))


class Driver:
    """The process that takes flows on; what it needs to begin is there already."""

    def __init__(self, child: "subprocess.Popen[str]", redis: Redis, prefix: str) -> None:
        self._child, self._redis, self._keys = child, redis, RedisKeys(prefix, PARTITIONS)
        self.pid = 0

    def start(self) -> None:
        """Begin anew, as after the lease of the one before ran out."""
        self._redis.delete(self._keys.members(NAME), *self._keys.leases(NAME))
        cast(IO[str], self._child.stdin).write("go\n")
        cast(IO[str], self._child.stdin).flush()
        self.pid = int(cast(IO[str], self._child.stdout).readline())

    def kill(self) -> None:
        """SIGKILL, where it runs; returns when it is dead."""
        while self.pid and Path(f"/proc/{self.pid}").exists():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.002)
        self.pid = 0


@contextmanager
def driver(settings: Settings, redis: Redis) -> Iterator[Driver]:
    """One, which has not begun."""
    command = [sys.executable, "-m", "tests.e2e.flow_driver"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    with subprocess.Popen(command, env={**os.environ, **_environment(settings)}, **pipes) as child:  # type: ignore[call-overload]
        begun = Driver(child, redis, settings.redis_prefix)
        try:
            assert child.stdout.readline() == "ready\n"
            yield begun
        finally:
            begun.kill()
            child.stdin.close()


def _environment(settings: Settings) -> Mapping[str, str]:
    return {
        "DATABASE_URL": f"{settings.database_url}?application_name=driver",
        "REDIS_URL": settings.redis_url,
        "AEROSTIC_REDIS_PREFIX": settings.redis_prefix,
        "AEROSTIC_KEYS": settings.keys.get_secret_value(),
        "AEROSTIC_SECRET_KEY": "only for tests, and long enough to sign with",
        "AEROSTIC_OUTBOUND_ALLOWED": "127.0.0.1",
        "AEROSTIC_LOG_LEVEL": "ERROR",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "plugins")]),
    }


def torment(crowd: Crowd, process: Driver, system: Counting, chance: Random, kills: int) -> Tally:
    """Kill the process so often, at random moments, while people come."""
    tally = Tally()
    while tally.kills < kills:
        crowd.come(3)
        before = crowd.steps()
        process.start()
        eventually(lambda before=before: crowd.steps() != before, 30, "nothing goes on")  # type: ignore[misc]
        time.sleep(chance.random() * LONGEST)
        with transaction(service_scope("flows")) as session:
            within = bool(session.scalar(AT_WORK))
        process.kill()
        tally.kills += 1
        tally.hit["within a transaction that had written"] += within
        states = crowd.open()
        tally.hit["in the middle of a step outside"] += bool(states["unknown"])
        tally.hit["between an effect and its journal"] += bool(_done_unknown(crowd, system))
        tally.hit["while runs waited"] += bool(states["waiting"])
        crowd.waits_over()
    return tally


def come_to_rest(crowd: Crowd, process: Driver, seconds: float = 60.0) -> None:
    """Until every run has ended; fail where nothing goes on for `seconds`."""
    process.start()
    rested, before, since = 0, crowd.steps(), time.monotonic()
    while rested < 4:
        time.sleep(0.3)
        if (now := crowd.steps()) != before:
            before, since = now, time.monotonic()
        assert time.monotonic() - since < seconds, f"runs that do not end: {dict(crowd.open())}"
        states = crowd.open()
        if not states["unknown"]:
            crowd.waits_over()
        rested = 0 if states or crowd.count() < len(crowd.people) else rested + 1
    process.kill()


def _done_unknown(crowd: Crowd, system: Counting) -> list[UUID]:
    """The runs whose step was cut short after the other system had done it."""
    done = {key.rpartition(":")[0] for key in (*system.times("POST"), *system.times("GET"))}
    with transaction(tenant_scope(crowd.id)) as session:
        runs = session.scalars(select(FlowRun).where(FlowRun.state == "unknown"))
        return [run.id for run in runs if f"flow:{run.id}:{(run.going or {})['state']['node']}" in done]


@dataclass(frozen=True)
class Reckoning:
    """What came of every run: ends, steps by fate, messages and tags."""

    ends: Counter[str]
    runs_of: Counter[UUID]
    passed: dict[str, Counter[str]]
    failed: Counter[str]
    messages: Counter[str]
    tags: Counter[str]


def reckon(crowd: Crowd) -> Reckoning:
    """Read it all."""
    passed: dict[str, Counter[str]] = {}
    ends, runs_of, failed, tags = Counter[str](), Counter[UUID](), Counter[str](), Counter[str]()
    with transaction(tenant_scope(crowd.id)) as session:
        for run in session.scalars(select(FlowRun)):
            ends[f"{run.state} {run.reason}".strip()] += 1
            runs_of[cast(UUID, run.contact_id)] += 1
            for line in journal.read(session, run):
                failed[f"{line.node} {line.error[0]}"] += line.fate == "failed"
                if line.fate == "done":
                    passed.setdefault(line.node, Counter())[f"flow:{run.id}:{line.node}:1"] += 1
        keys = session.scalars(select(Message.idempotency_key).where(Message.direction == "out"))
        messages = Counter(keys)
        people = [person.contact.id for person in crowd.people]
        for found in names_of(session, crowd.id, people).values():
            tags.update(tag.name for tag in found)
    return Reckoning(ends, runs_of, passed, +failed, messages, tags)
