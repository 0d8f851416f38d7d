"""`bench audit`: acts of eight writers in one tenant, beside a chain that locks its head in every transaction, and verifying.

The clock stops when the last act is sealed and the whole chain is verified. Both write the same acts, in turn. A writer is a
process, as web, workers and the stream process are.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from statistics import median
from time import perf_counter, process_time, sleep
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.audit import SYSTEM, Act, record, sealing
from aerostic.audit.acts import sealed_text
from aerostic.audit.chain import ticket
from aerostic.audit.recording import PENDING
from aerostic.audit.verifying import verify_chain
from aerostic.cli.bench import naive_audit
from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.db import db, new_id, platform_scope, tenant_scope, transaction, utcnow

WRITERS = 8
CHUNK = 5_000
PLATFORM = platform_scope("benchmark")
WAITS = text("SELECT EXISTS (SELECT 1 FROM audit_pending WHERE tenant_id = :tenant_id)")
Append = Callable[[Session, Act], None]


def run(*, count: int = 4_000, rounds: int = 5, rows: int = 200_000) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        count: our acts in a round; the reference, whose rate is the same at any number, writes a fourth.
        rounds: ours and the reference in turn; medians are reported.
        rows: entries of the chain that is sealed in batches and verified.
    """
    with bench_servers() as supervisor:
        app = bench_app(bench_settings(supervisor)[0])
        with app.app_context():
            with _writers(app) as writers:
                rates = [(_ours(app, writers, count), _theirs(writers, count // 4)) for _ in range(rounds)]
            return {
                "name": "audit",
                "value": round(median(ours for ours, _ in rates)),
                "unit": f"acts/s of {WRITERS} writers in one tenant, sealed and verified",
                "reference": round(median(theirs for _, theirs in rates)),
                "ratio": round(median(ours / theirs for ours, theirs in rates), 2),
                **_one_chain(rows),
            }


def _ours(app: Flask, writers: ProcessPoolExecutor, count: int) -> float:
    tenant_id = new_id()
    with _sealer(app):
        began = perf_counter()
        _write(writers, tenant_id, count, record)
        while _waiting(tenant_id):
            sleep(0.005)
        _verify(tenant_id, count)
        return count / (perf_counter() - began)


def _theirs(writers: ProcessPoolExecutor, count: int) -> float:
    tenant_id = new_id()
    with transaction(tenant_scope(tenant_id)) as session:
        naive_audit.begin(session, _act(tenant_id, 0))
    began = perf_counter()
    _write(writers, tenant_id, count, naive_audit.append)
    _verify(tenant_id, count)
    return count / (perf_counter() - began)


def _write(writers: ProcessPoolExecutor, tenant_id: UUID, count: int, append: Append) -> None:
    """Each act in a transaction of its own."""
    share = partial(_write_share, tenant_id, count, append)
    list(writers.map(share, range(WRITERS)))


def _write_share(tenant_id: UUID, count: int, append: Append, place: int) -> None:
    for number in range(place, count, WRITERS):
        with transaction(tenant_scope(tenant_id)) as session:
            append(session, _act(tenant_id, number))


@contextmanager
def _writers(app: Flask) -> Iterator[ProcessPoolExecutor]:
    """The writers, each with connections of its own."""
    with ProcessPoolExecutor(WRITERS, get_context("fork"), partial(_enter, app)) as pool:
        list(pool.map(sleep, [0.2] * WRITERS))  # all of them are there before a thread is
        yield pool


def _enter(app: Flask) -> None:
    app.app_context().push()
    db.engine.dispose(close=False)


def _act(tenant_id: UUID, number: int) -> Act:
    return Act(tenant_id, "member.changed", f"user:{number}", {"role": "agent"}, {"role": "admin", "zone": "UTC"})


@contextmanager
def _sealer(app: Flask) -> Iterator[None]:
    """The sealer's loop, as the stream process runs it."""
    stop = threading.Event()

    def seal() -> None:
        with app.app_context():
            sealing.run(stop)

    thread = threading.Thread(target=seal)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _waiting(tenant_id: UUID) -> bool:
    with transaction(PLATFORM) as session:
        return bool(session.scalar(WAITS, {"tenant_id": tenant_id}))


def _verify(tenant_id: UUID, count: int) -> None:
    report = verify_chain(PLATFORM, tenant_id)
    if not report.sound or report.entries != count:
        raise RuntimeError(f"The chain is not whole: {report}")


def _pending(tenant_id: UUID, body: str) -> dict[str, Any]:
    entry_id = new_id()
    shown = ticket(tenant_id, entry_id.bytes, body.encode())
    return {"id": entry_id, "tenant_id": tenant_id, "body": body, "ticket": shown}


def _one_chain(rows: int) -> dict[str, Any]:
    """How fast a sealer alone is, and verifying."""
    tenant_id = new_id()
    body = sealed_text(_act(tenant_id, 0), SYSTEM, utcnow())
    with transaction(PLATFORM) as session:
        for _ in range(rows // CHUNK):
            session.execute(PENDING, [_pending(tenant_id, body) for _ in range(CHUNK)])
    began = perf_counter()
    while sealing.seal_pending():
        pass
    sealed = perf_counter() - began
    began, cpu = perf_counter(), process_time()
    _verify(tenant_id, rows)
    return {
        "sealed_per_second": round(rows / sealed),
        "verify_per_cpu_second": round(rows / (process_time() - cpu)),
        "verify_per_second": round(rows / (perf_counter() - began)),
    }
