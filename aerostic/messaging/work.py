"""The kinds of work that messaging knows, and running them in the background."""

from uuid import UUID

from aerostic.jobs import work
from aerostic.jobs.models import Work
from aerostic.messaging.contacts import bulk, export_work
from aerostic.messaging.rights import traces

RUN = "aerostic.messaging.work.run_work"
KINDS = {**bulk.KINDS, export_work.KIND: export_work.step, traces.KIND: traces.step}


def enqueue_work(asked: Work) -> None:
    """Ask for work to be run. Call it once the transaction that noted it is committed."""
    work.wake(RUN, asked.id, asked.tenant_id)


def run_work(work_id: str, tenant_id: str) -> None:
    """The job: see `jobs.work.run`."""
    work.run(UUID(work_id), UUID(tenant_id), KINDS)


def tend_work() -> None:
    """Take up work whose worker died, and remove old files."""
    work.wake_forgotten(RUN)
    export_work.remove_old()
