"""The worker process: RQ's SimpleWorker inside our application context, with a flag that long jobs watch."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask
from redis import RedisError
from rq import SimpleWorker
from rq.executions import Execution
from rq.job import Job

from aerostic.db import db
from aerostic.jobs.queues import queue
from aerostic.registry.runtime import KEY
from aerostic.security.masking import mask

MAINTENANCE_SECONDS = 30
BEAT_SECONDS = 30.0
stopping = threading.Event()


class Worker(SimpleWorker):
    """Runs jobs in this process: pools and plugins stay loaded. A stop lets the job finish and tells it to hurry."""

    def request_stop(self, signum: Any, frame: Any) -> None:
        """First signal: finish what runs. Second: RQ's own cold stop.

        Where the server of the queues is gone as well, nobody can be told. An error raised here would come out of the event
        loop of whatever runs, which never wakes again.
        """
        stopping.set()
        with suppress(RedisError):
            super().request_stop(signum, frame)

    def perform_job(self, job: Job, queue: Any, execution: Execution) -> bool:
        """Run a job and leave no session behind."""
        try:
            with self._beating(job, execution):
                done: bool = super().perform_job(job, queue, execution)
                return done
        finally:
            db.session.remove()

    def handle_job_failure(self, job: Job, queue: Any, *arguments: Any, exc_string: str = "", **named: Any) -> None:
        """RQ keeps a failure's traceback in Redis for days, and its message may name a person or hold a token."""
        super().handle_job_failure(job, queue, *arguments, exc_string=mask(exc_string), **named)

    @contextmanager
    def _beating(self, job: Job, execution: Execution) -> Iterator[None]:
        """Say now and then that the job is being worked on: one without a time limit counts as abandoned after seven minutes."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(BEAT_SECONDS):
                with suppress(RedisError):  # it is away: the next beat says it again
                    self.maintain_heartbeats(job, execution)

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def run(app: Flask, queues: list[str]) -> None:
    """Work on these queues, the most urgent first, until a signal ends it."""
    runtime = app.extensions[KEY]
    with app.app_context():
        names = [queue(name, runtime) for name in queues]
        worker = Worker(
            names,
            connection=runtime.redis,
            serializer="json",
            maintenance_interval=MAINTENANCE_SECONDS,
            log_job_description=False,
        )
        worker.work(logging_level="WARNING")
