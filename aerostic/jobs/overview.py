"""How the queues stand: for the platform's people."""

from dataclasses import dataclass
from datetime import datetime

from rq import Worker
from rq.registry import FailedJobRegistry, StartedJobRegistry

from aerostic.jobs.queues import DEFAULT, IMPORTS, LANES, queue
from aerostic.registry import Runtime


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue: jobs that wait, that run, and that failed within the last week."""

    name: str
    waiting: int
    running: int
    failed: int


@dataclass(frozen=True, slots=True)
class WorkerState:
    """One worker: what it listens to and when it was last heard of."""

    name: str
    queues: tuple[str, ...]
    state: str
    beat_at: datetime | None


def queue_states(at: Runtime) -> list[QueueState]:
    """All queues of this installation."""
    found = []
    for name in (LANES, DEFAULT, IMPORTS):
        one = queue(name, at)
        running, failed = StartedJobRegistry(queue=one), FailedJobRegistry(queue=one)
        found.append(QueueState(name, one.count, running.count, failed.count))
    return found


def worker_states(at: Runtime) -> list[WorkerState]:
    """All workers that are known of."""
    prefix = f"{at.settings.redis_prefix}:"
    return [
        WorkerState(
            worker.name,
            tuple(name.removeprefix(prefix) for name in worker.queue_names()),
            str(worker.get_state()),
            worker.last_heartbeat,
        )
        for worker in Worker.all(connection=at.redis)
        if any(name.startswith(prefix) for name in worker.queue_names())
    ]
