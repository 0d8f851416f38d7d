"""The worker process."""

import logging
import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from redis import RedisError
from rq.registry import FailedJobRegistry, StartedJobRegistry
from rq.worker import WorkerStatus

from aerostic.jobs import worker
from aerostic.jobs.queues import enqueue, queue
from aerostic.registry import runtime

pytestmark = pytest.mark.usefixtures("app")
NAME = "worker-test"
ended: list[str] = []


def long_job() -> None:
    """Runs for as long as it takes until somebody has said that it still runs, after it was made to look forgotten."""
    started = StartedJobRegistry(queue=queue(NAME))
    [member] = runtime().redis.zrange(started.key, 0, -1)
    long_ago = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    runtime().redis.zadd(started.key, {member: long_ago})
    deadline = time.monotonic() + 10
    while runtime().redis.zscore(started.key, member) == long_ago and time.monotonic() < deadline:
        time.sleep(0.02)
    started.cleanup()
    ended.append("long_job")


def test_a_job_that_runs_for_long_is_not_taken_for_abandoned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.05)
    enqueue(f"{__name__}.long_job", name=NAME, seconds=-1)
    one = worker.Worker([queue(NAME)], connection=runtime().redis, serializer="json", log_job_description=False)
    one.work(burst=True, logging_level="CRITICAL")
    logging.getLogger("rq.worker").setLevel(logging.NOTSET)  # what it quietened is another test's business
    assert FailedJobRegistry(queue=queue(NAME)).count == 0
    assert ended == ["long_job"]


def test_a_worker_that_is_told_to_stop_while_its_queues_are_gone_raises_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = worker.Worker([queue(NAME)], connection=runtime().redis, serializer="json", log_job_description=False)
    one._state = WorkerStatus.BUSY

    def gone(*_: object) -> None:
        raise RedisError

    monkeypatch.setattr(one, "set_shutdown_requested_date", gone)
    monkeypatch.setattr(worker, "stopping", threading.Event())
    before = [signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)]
    try:
        one.request_stop(signal.SIGTERM, None)
    finally:
        for sign, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(sign, handler)
    assert (worker.stopping.is_set(), one._stop_requested) == (True, True)
