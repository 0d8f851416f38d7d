"""The file of refused rows: the columns they came with, and why each was refused, to correct and import again.

The reasons stand in front, so that a row with too many columns stays as it was; an import ignores them. Values that a
spreadsheet would take for a formula get an apostrophe, which an import takes off.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.imports.headers import REASON_COLUMNS
from aerostic.messaging.imports.layout import Layout
from aerostic.messaging.imports.verdicts import ROWS
from aerostic.messaging.models import ContactImport, ImportVerdict
from aerostic.messaging.spreadsheets import BOM, guarded, written

CHUNK = 1000


def error_file(import_id: UUID, tenant_id: UUID) -> Iterator[bytes]:
    """The error file of an import, in pieces: CSV in UTF-8, with the delimiter of the file that was imported.

    Raises:
        LookupError: the tenant has no such import, or its file was refused as a whole.
    """
    layout = _layout(import_id, tenant_id)
    # The columns of an error file that is imported again would otherwise stand there twice.
    own = [i for i, column in enumerate(layout.columns) if column.header not in REASON_COLUMNS]
    header = [*REASON_COLUMNS, *(layout.columns[i].header for i in own)]
    yield (BOM + written([header], layout.delimiter)).encode()
    after = -1
    while verdicts := _verdicts(import_id, tenant_id, after):
        yield written([_line(verdict, own, len(layout.columns)) for verdict in verdicts], layout.delimiter).encode()
        after = verdicts[-1].line


def _layout(import_id: UUID, tenant_id: UUID) -> Layout:
    with transaction(tenant_scope(tenant_id)) as session:
        job = session.get(ContactImport, import_id)
        if job is None or job.tenant_id != tenant_id or not job.layout:
            raise LookupError("no such import with rows")
        return Layout.model_validate(job.layout)


def _verdicts(import_id: UUID, tenant_id: UUID, after: int) -> list[ImportVerdict]:
    own = (ImportVerdict.tenant_id == tenant_id, ImportVerdict.import_id == import_id, ImportVerdict.line > after)
    with transaction(tenant_scope(tenant_id)) as session:
        return list(session.scalars(select(ImportVerdict).where(*own).order_by(ImportVerdict.line).limit(CHUNK)))


def _line(verdict: ImportVerdict, own: list[int], width: int) -> list[str]:
    cells: list[str] = (verdict.row or {}).get("cells", [])
    kept = [cells[i] for i in own if i < len(cells)] + cells[width:]
    return [str(verdict.line), verdict.verdict, verdict.column, ROWS[verdict.verdict], *map(guarded, kept)]
