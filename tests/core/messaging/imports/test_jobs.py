"""Imports in the background."""

from datetime import timedelta
from pathlib import Path

from flask import Flask

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.jobs.queues import IMPORTS, queue
from aerostic.messaging.imports.jobs import RUN, enqueue_import, run_import, wake_imports
from aerostic.messaging.models import ContactImport
from tests.core.messaging.imports.support import begin, job_of
from tests.support.factories import make_tenant


def test_an_import_is_asked_for_by_ids_alone_and_run(app: Flask, tmp_path: Path) -> None:
    tenant = make_tenant()
    path = tmp_path / "contacts.csv"
    path.write_text("phone\n+447995000001\n")
    import_id = begin(tenant.id, path)
    enqueue_import(import_id, tenant.id)
    [job] = queue(IMPORTS).jobs
    assert (job.func_name, job.args) == (RUN, [str(import_id), str(tenant.id)])
    run_import(*job.args)
    assert job_of(tenant.id, import_id).state == "finished"


def test_only_imports_that_have_not_ended_for_a_while_are_woken(app: Flask, tmp_path: Path) -> None:
    tenant = make_tenant()
    old, young, done = (begin(tenant.id, tmp_path / "contacts.csv") for _ in range(3))
    with transaction(tenant_scope(tenant.id)) as session:
        for import_id in (old, done):
            session.get_one(ContactImport, import_id).created_at = utcnow() - timedelta(hours=1)
        session.get_one(ContactImport, done).state = "finished"
    wake_imports()
    assert [job.args for job in queue(IMPORTS).jobs] == [[str(old), str(tenant.id)]]
    assert young != old
