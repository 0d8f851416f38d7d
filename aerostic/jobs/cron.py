"""The clock of recurring jobs: RQ's cron, enqueueing JSON into the default queue."""

from flask import Flask
from redis import Redis
from rq.cron import CronJob, CronScheduler
from rq.job import Job

from aerostic.jobs.queues import DEFAULT, enqueue, queue
from aerostic.registry import runtime
from aerostic.registry.runtime import KEY

RUN = "aerostic.jobs.cron.run_schedule"
BACKLOG = 200


def run_schedule(name: str) -> None:
    """Run one recurring job by its name; one whose plugin is gone is left out."""
    schedule = runtime().schedules.get(name)
    if schedule:
        schedule.function()


class Recurring(CronJob):
    """A recurring job. RQ's own would enqueue pickle."""

    def enqueue(self, connection: Redis) -> Job | None:
        """Put it into the queue, unless the queue has not kept up."""
        if queue(DEFAULT).count < BACKLOG:
            enqueue(RUN, self.name)
        return None


def run(app: Flask) -> None:
    """Start due jobs until a signal ends it."""
    with app.app_context():
        scheduler = CronScheduler(connection=app.extensions[KEY].redis, logging_level="WARNING")
        for schedule in runtime().schedules.values():
            scheduler._cron_jobs.append(
                Recurring(func=run_schedule, queue_name=DEFAULT, interval=schedule.seconds, name=schedule.name)
            )
        scheduler.start()
