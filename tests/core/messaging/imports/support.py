"""Importing a file in a test."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.imports.options import ImportOptions
from aerostic.messaging.imports.running import run, start
from aerostic.messaging.models import ContactImport, ImportVerdict


def begin(tenant_id: UUID, path: Path, **options: object) -> UUID:
    """Note an import of a file; its id."""
    with transaction(tenant_scope(tenant_id)) as session:
        return start(session, tenant_id, path.name, path, ImportOptions.model_validate(options)).id


def imported(tenant_id: UUID, path: Path, **options: object) -> ContactImport:
    """Import a file to its end."""
    import_id = begin(tenant_id, path, **options)
    run(import_id, tenant_id)
    return job_of(tenant_id, import_id)


def job_of(tenant_id: UUID, import_id: UUID) -> ContactImport:
    """The import as it stands."""
    with transaction(tenant_scope(tenant_id)) as session:
        return session.scalars(select(ContactImport).where(ContactImport.id == import_id)).one()


def verdicts(tenant_id: UUID, job: ContactImport) -> list[tuple[int, str, str]]:
    """Line, code and column of every refused row."""
    with transaction(tenant_scope(tenant_id)) as session:
        rows = session.scalars(select(ImportVerdict).where(ImportVerdict.import_id == job.id).order_by("line"))
        return [(row.line, row.verdict, row.column) for row in rows]
