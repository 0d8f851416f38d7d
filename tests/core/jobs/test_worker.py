"""The worker process."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from rq.registry import FailedJobRegistry, StartedJobRegistry

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
    assert FailedJobRegistry(queue=queue(NAME)).count == 0
    assert ended == ["long_job"]
