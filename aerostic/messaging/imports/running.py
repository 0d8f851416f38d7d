"""The job: an import goes through its file chunk by chunk, each in one transaction with the position it reached.

Killed anywhere, it goes on exactly there: no row is lost and none is taken twice. Two workers that run the same import do
no harm; the one that finds the position moved stops.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import Event, emit, new_id, tenant_scope, transaction, utcnow
from aerostic.messaging.contacts.consent import OptOut
from aerostic.messaging.contacts.hooks import tell_plugins
from aerostic.messaging.imports.layout import Layout, inspect, remove_copy
from aerostic.messaging.imports.options import ImportOptions
from aerostic.messaging.imports.reader import Position, Reader, Record
from aerostic.messaging.imports.rows import Row, RowReader
from aerostic.messaging.imports.side_effects import announce, consent, refuse, tag
from aerostic.messaging.imports.verdicts import Refusal, RefusedFileError
from aerostic.messaging.imports.writing import write
from aerostic.messaging.models import ContactImport
from aerostic.tenancy.models import Tenant

ROWS = 2000
BYTES = 4 * 1024 * 1024
OPEN = ("waiting", "running")


def start(session: Session, tenant_id: UUID, name: str, path: Path, options: ImportOptions) -> ContactImport:
    """Note an import; a job then calls `run`. The file has to stay where it is until the import has finished.

    Args:
        name: what people call it: the file's name as uploaded.
    """
    job = ContactImport(
        tenant_id=tenant_id,
        id=new_id(),
        name=name[:200],
        path=str(path.resolve()),
        options=options.model_dump(mode="json"),
    )
    session.add(job)
    session.flush()
    return job


def run(import_id: UUID, tenant_id: UUID) -> None:
    """Take an import to its end: `finished`, or `refused` with a reason. Safe to call again at any time.

    Raises:
        LookupError: the tenant has no such import.
    """
    prepared = _prepare(import_id, tenant_id)
    if prepared is None:
        return
    layout, rows, position = prepared
    phone_column = next(column.header for column in layout.columns if column.target == "phone")
    if not Path(layout.path).is_file():
        _refuse_file(import_id, tenant_id, RefusedFileError("missing"))
        return
    with Path(layout.path).open("rb") as file:
        for records in _chunks(Reader(file, layout.encoding, layout.delimiter, position, len(layout.columns))):
            parsed = [(record, rows.read(record)) for record in records if any(map(str.strip, record.cells))]
            opt_outs = _take(import_id, tenant_id, position, records[-1].end, parsed, phone_column)
            if opt_outs is None:
                return
            tell_plugins(tenant_id, opt_outs)
            position = records[-1].end
    _finish(import_id, tenant_id, position)
    remove_copy(layout)


def _prepare(import_id: UUID, tenant_id: UUID) -> tuple[Layout, RowReader, Position] | None:
    """Find out about the file at the first run; how to read it, and from where. None when there is nothing to do."""
    with transaction(tenant_scope(tenant_id)) as session:
        job = _job(session, tenant_id, import_id)
        if job.state not in OPEN:
            return None
        options = ImportOptions.model_validate(job.options)
        if job.state == "waiting":
            try:
                layout = inspect(Path(job.path), options)
            except RefusedFileError as error:
                _close(session, job, "refused", str(error))
                return None
            job.layout, job.state = layout.model_dump(), "running"
            job.bytes_total = Path(layout.path).stat().st_size
            job.bytes_done, job.lines_done = layout.start
        region = options.region or session.scalar(select(Tenant.country).where(Tenant.id == tenant_id)) or ""
        layout = Layout.model_validate(job.layout)
        reader = RowReader(layout.columns, region, tuple(options.tags), options.consent, job.created_at)
        return layout, reader, Position(job.bytes_done, job.lines_done)


def _chunks(reader: Reader) -> Iterator[list[Record]]:
    """Records in groups that are bounded in number and in bytes."""
    records = iter(reader)
    while first := next(records, None):
        chunk, limit = [first], first.end.offset + BYTES
        for record in islice(records, ROWS - 1):
            chunk.append(record)
            if record.end.offset > limit:
                break
        yield chunk


def _take(
    import_id: UUID,
    tenant_id: UUID,
    begin: Position,
    end: Position,
    parsed: list[tuple[Record, Row | Refusal]],
    phone_column: str,
) -> list[OptOut] | None:
    """Write one chunk and move the position, in one transaction. None when another worker has moved it."""
    with transaction(tenant_scope(tenant_id)) as session:
        job = _job(session, tenant_id, import_id)
        if job.state != "running" or job.bytes_done != begin.offset:
            return None
        rows = [row for _, row in parsed if isinstance(row, Row)]
        written = write(session, tenant_id, import_id, rows, phone_column)
        announce(session, tenant_id, import_id, written)
        tag(session, tenant_id, written.taken)
        opt_outs = consent(session, tenant_id, written)
        bad = [(record.line, record.cells, why) for record, why in parsed if isinstance(why, Refusal)]
        refuse(session, tenant_id, import_id, [*bad, *written.refused])
        job.bytes_done, job.lines_done = end
        job.rows_done += len(parsed)
        job.created += len(written.created)
        job.updated += len(written.updated)
        job.refused += len(bad) + len(written.refused)
        data = {"import_id": str(import_id), "rows": job.rows_done}
        emit(session, Event("import.progressed", tenant_id, str(import_id), data))
    return opt_outs


def _finish(import_id: UUID, tenant_id: UUID, position: Position) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        job = _job(session, tenant_id, import_id)
        if job.state == "running" and job.bytes_done == position.offset:
            job.bytes_done = job.bytes_total
            _close(session, job, "finished")


def _refuse_file(import_id: UUID, tenant_id: UUID, error: RefusedFileError) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        _close(session, _job(session, tenant_id, import_id), "refused", str(error))


def _close(session: Session, job: ContactImport, state: str, reason: str = "") -> None:
    job.state, job.reason, job.finished_at = state, reason, utcnow()
    counts: dict[str, Any] = {"created": job.created, "updated": job.updated, "refused": job.refused}
    data = {"import_id": str(job.id), "state": state, **counts}
    emit(session, Event("import.finished", job.tenant_id, str(job.id), data))


def _job(session: Session, tenant_id: UUID, import_id: UUID) -> ContactImport:
    query = select(ContactImport).where(ContactImport.tenant_id == tenant_id, ContactImport.id == import_id)
    job = session.scalar(query.with_for_update())
    if job is None:
        raise LookupError("no such import")
    return job
