"""Finding out about a file before its first row: characters, delimiter, header, and what each column is."""

from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel

from aerostic.messaging.contacts.phones import PhoneError, normalise
from aerostic.messaging.imports.encodings import COPY, readable
from aerostic.messaging.imports.headers import field_name, suggest
from aerostic.messaging.imports.options import ImportOptions
from aerostic.messaging.imports.reader import Position, Reader, Record
from aerostic.messaging.imports.verdicts import RefusedFileError
from aerostic.words import N_

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 200
SAMPLE_ROWS = 20
BOM = b"\xef\xbb\xbf"
CP1252_NOTICE = N_("The file is not UTF-8: it was read as Windows-1252. If names look wrong, save it as CSV UTF-8.")


class Column(BaseModel):
    """A column of the file: its header, and what it is (`options.TARGETS` or `field:<name>`)."""

    header: str
    target: str


class Layout(BaseModel):
    """What was found out about a file. `offset` and `line` are where the rows begin."""

    path: str
    encoding: str
    delimiter: str
    columns: list[Column]
    offset: int
    line: int
    notices: list[str] = []

    @property
    def start(self) -> Position:
        """Where the first row begins."""
        return Position(self.offset, self.line)


def inspect(path: Path, options: ImportOptions) -> Layout:
    """Find out how to read a file.

    Raises:
        RefusedFileError: it cannot be imported; the text says what to do.
    """
    layout = look(path, options)
    if not any(column.target == "phone" for column in layout.columns):
        raise RefusedFileError("no_phone_column", columns=_listed([column.header for column in layout.columns]))
    return layout


def look(path: Path, options: ImportOptions) -> Layout:
    """As `inspect`, of a file whose columns a person may yet choose: none of them has to hold phones."""
    path, encoding = readable(path, options.encoding)
    with path.open("rb") as file:
        start = Position(len(BOM) if file.read(len(BOM)) == BOM else 0, 0)
        delimiter = options.delimiter or _delimiter(file, encoding, start)
        reader = iter(Reader(file, encoding, delimiter, start))
        header = next((record for record in reader if any(map(str.strip, record.cells))), None)
        if header is None:
            raise RefusedFileError("empty")
        columns = _columns(header, options)
        if not any(any(map(str.strip, record.cells)) for record in reader):
            raise RefusedFileError("no_rows")
    return Layout(
        path=str(path),
        encoding=encoding,
        delimiter=delimiter,
        columns=columns,
        offset=header.end.offset,
        line=header.end.line,
        notices=[CP1252_NOTICE] if encoding == "cp1252" and not options.encoding else [],
    )


def remove_copy(layout: Layout) -> None:
    """Leave only the file that was uploaded: a copy in UTF-8 holds the same people."""
    if layout.path.endswith(COPY):
        Path(layout.path).unlink(missing_ok=True)


def _delimiter(file: BinaryIO, encoding: str, start: Position) -> str:
    """The delimiter that gives the first rows most columns, as many in each as in the header."""
    return max(DELIMITERS, key=lambda delimiter: _agreement(file, encoding, delimiter, start))


def _agreement(file: BinaryIO, encoding: str, delimiter: str, start: Position) -> tuple[float, int]:
    widths = []
    for record in Reader(file, encoding, delimiter, start):
        if any(map(str.strip, record.cells)):
            widths.append(len(record.cells))
        if len(widths) > SAMPLE_ROWS:
            break
    if not widths or widths[0] == 1:
        return (0, 0)
    return (sum(width == widths[0] for width in widths) / len(widths), widths[0])


def _columns(header: Record, options: ImportOptions) -> list[Column]:
    names = [cell.strip() for cell in header.cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise RefusedFileError("too_many_columns", limit=MOST_COLUMNS)
    if any(map(_is_data, names)):
        raise RefusedFileError("no_header")
    unknown = options.mapping.keys() - set(names)
    if unknown:
        raise RefusedFileError("unknown_columns", columns=_listed(sorted(unknown)))
    return _targets(names, options.mapping)


def _targets(names: list[str], mapping: dict[str, str]) -> list[Column]:
    """A target each. Two columns never share one: what comes second becomes a custom field of its own name."""
    taken = {target for name, target in mapping.items() if name in names}
    columns = []
    for name in names:
        target = mapping.get(name) or suggest(name)
        if name not in mapping and target != "ignore":
            if target in taken:
                target = field_name(name)
            target = "ignore" if target in taken else target
            taken.add(target)
        columns.append(Column(header=name, target=target))
    return columns


def _is_data(cell: str) -> bool:
    """Whether a cell of the first line is a value: then there is no header."""
    if "@" in cell and "." in cell:
        return True
    try:
        normalise(cell)
    except PhoneError:
        digits = sum(character.isdigit() for character in cell)
        return digits >= 7 and digits > len(cell) / 2
    return True


def _listed(names: list[str]) -> str:
    return ", ".join(name[:40] for name in names[:20])
