"""A worker, for tests of reports."""

from aerostic.billing.books import reports
from aerostic.jobs.queues import IMPORTS, queue


def work_off() -> None:
    """Do what waits in the queue, as a worker does."""
    for job in queue(IMPORTS).jobs:
        reports.run(*job.args)
    queue(IMPORTS).empty()
