"""Imports in the background: put into the queue, run by a worker, and woken when a worker died."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from aerostic.db import service_scope, transaction, utcnow
from aerostic.jobs.queues import IMPORTS, enqueue
from aerostic.messaging.imports.running import OPEN, run
from aerostic.messaging.imports.uploads import forget_drafts, remove_ended
from aerostic.messaging.models import ContactImport

RUN = "aerostic.messaging.imports.jobs.run_import"
PATIENCE = timedelta(minutes=5)


def enqueue_import(import_id: UUID, tenant_id: UUID) -> None:
    """Ask for an import to be run. Call it once the transaction of `running.start` is committed."""
    enqueue(RUN, str(import_id), str(tenant_id), name=IMPORTS)


def run_import(import_id: str, tenant_id: str) -> None:
    """The job: see `running.run`."""
    run(UUID(import_id), UUID(tenant_id))
    remove_ended(UUID(import_id), UUID(tenant_id))


def wake_imports() -> None:
    """Ask again for imports that have not ended for a while, and forget old drafts.

    An import that is still being run takes no harm from it.
    """
    forget_drafts()
    with transaction(service_scope("cron")) as session:
        own = (ContactImport.state.in_(OPEN), ContactImport.created_at < utcnow() - PATIENCE)
        waiting = session.execute(select(ContactImport.id, ContactImport.tenant_id).where(*own)).all()
    for import_id, tenant_id in waiting:
        enqueue_import(import_id, tenant_id)
