"""An import before it starts: its columns chosen, and its first rows judged, with nothing written."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import utcnow
from aerostic.messaging.contacts.identifiers import phone_index
from aerostic.messaging.imports.layout import Column, Layout, look
from aerostic.messaging.imports.options import ImportOptions
from aerostic.messaging.imports.reader import Reader, Record
from aerostic.messaging.imports.rows import Row, RowReader
from aerostic.messaging.imports.verdicts import Refusal
from aerostic.messaging.models import Contact, ContactImport, Suppression

JUDGED = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """One of the first rows. `outcome` is `new`, `known` or `refused`; the refusal says why."""

    line: int
    cells: list[str]
    outcome: str
    row: Row | None = None
    refusal: Refusal | None = None


def draft_from(tenant_id: UUID, import_id: UUID, name: str, path: Path) -> ContactImport:
    """Look at a file, and make an import of it that waits for its columns to be chosen; the caller adds it.

    Raises:
        RefusedFileError: it cannot be imported; the text says what to do.
    """
    options = ImportOptions()
    draft = ContactImport(tenant_id=tenant_id, id=import_id, name=name[:200], path=str(path.resolve()), state="draft")
    draft.options, draft.layout = options.model_dump(mode="json"), look(path, options).model_dump()
    return draft


def read_again(draft: ContactImport, options: ImportOptions) -> None:
    """Look at the file anew, with another encoding or delimiter; its columns are guessed again.

    Raises:
        RefusedFileError: it cannot be imported that way.
    """
    draft.layout = look(Path(draft.path), options.model_copy(update={"mapping": {}})).model_dump()
    draft.options = options.model_copy(update={"mapping": {}}).model_dump(mode="json")


def choose(draft: ContactImport, options: ImportOptions) -> None:
    """Keep what a person chose; `options.mapping` names every column."""
    layout = Layout.model_validate(draft.layout)
    columns = [Column(header=c.header, target=options.mapping.get(c.header, c.target)) for c in layout.columns]
    draft.layout = layout.model_copy(update={"columns": columns}).model_dump()
    draft.options = options.model_dump(mode="json")


def sample(draft: ContactImport, rows: int = 3) -> list[list[str]]:
    """The first rows, as they stand in the file."""
    return [record.cells for record in _records(Layout.model_validate(draft.layout), rows)]


def judge(session: Session, draft: ContactImport, country: str, rows: int = JUDGED) -> list[Judged]:
    """What would become of the first rows.

    Args:
        country: of phones without a country code, where the draft names none.
    """
    layout, options = Layout.model_validate(draft.layout), ImportOptions.model_validate(draft.options)
    reader = RowReader(layout.columns, options.region or country, tuple(options.tags), options.consent, utcnow())
    read = [(record, reader.read(record)) for record in _records(layout, rows)]
    indexes = {record.line: phone_index(draft.tenant_id, row.phone) for record, row in read if isinstance(row, Row)}
    known = _among(session, draft.tenant_id, Contact, list(indexes.values()))
    suppressed = _among(session, draft.tenant_id, Suppression, list(indexes.values()))
    seen: set[bytes] = set()
    judged = []
    for record, row in read:
        index = indexes.get(record.line)
        again, seen = index in seen, seen | ({index} if index else set())
        judged.append(_judged(record, row, again=again, suppressed=index in suppressed, known=index in known))
    return judged


def begin(session: Session, draft: ContactImport) -> None:
    """Let the import start; the caller enqueues it once this is committed. Its time is that of the start."""
    draft.state, draft.created_at, draft.layout = "waiting", utcnow(), {}
    _note(session, draft, "started")


def discard(session: Session, draft: ContactImport) -> None:
    """Forget an import that was not begun; the caller removes its file."""
    _note(session, draft, "discarded")
    session.delete(draft)


def _note(session: Session, draft: ContactImport, verb: str) -> None:
    audit.record(session, audit.Act(draft.tenant_id, f"import.{verb}", f"import:{draft.id}"))


def _judged(record: Record, row: Row | Refusal, *, again: bool, suppressed: bool, known: bool) -> Judged:
    if isinstance(row, Refusal):
        return Judged(record.line, record.cells, "refused", refusal=row)
    if again:
        return Judged(record.line, record.cells, "refused", row, Refusal("duplicate_in_file"))
    if suppressed and row.consent == "granted":
        return Judged(record.line, record.cells, "refused", row, Refusal("suppressed"))
    return Judged(record.line, record.cells, "known" if known else "new", row)


def _records(layout: Layout, rows: int) -> Iterator[Record]:
    with Path(layout.path).open("rb") as file:
        reader = Reader(file, layout.encoding, layout.delimiter, layout.start, len(layout.columns))
        yield from islice((record for record in reader if any(map(str.strip, record.cells))), rows)


def _among(session: Session, tenant_id: UUID, model: type[Contact | Suppression], indexes: list[bytes]) -> set[bytes]:
    own = (model.tenant_id == tenant_id, model.phone_index.in_(indexes))
    return {bytes(index) for index in session.scalars(select(model.phone_index).where(*own)) if index}
