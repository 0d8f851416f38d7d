"""Reading records of a CSV file from a byte position, knowing at each one where the next begins.

Records that are broken do not end the reading, and cannot swallow the rows behind them: one whose quotation mark is never
closed is given up, and reading goes on with the line after its first.
"""

import csv
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

LINE = 1024 * 1024
MOST_LINES = 50
KEPT = 1024
REPLACEMENT = "\ufffd"


class Position(NamedTuple):
    """Where the next record begins: bytes from the start of the file, and lines before it."""

    offset: int = 0
    line: int = 0


class Record(NamedTuple):
    """One record. `trouble` is a code of `verdicts.ROWS` when its text is damaged."""

    line: int
    cells: list[str]
    trouble: str
    end: Position


class Reader:
    """The records of a file from a position on.

    Args:
        width: columns of the header; 0 when the header itself is read. A record over several lines that does not fit
            has most likely an open quotation mark.
    """

    def __init__(self, file: BinaryIO, encoding: str, delimiter: str, start: Position, width: int = 0) -> None:
        self._file, self._encoding, self._delimiter, self._width = file, encoding, delimiter, width
        self._here = start
        file.seek(start.offset)
        self._trouble = ""
        self._ended = False

    def __iter__(self) -> Iterator[Record]:
        while record := self._next():
            yield record

    def _next(self) -> Record | None:
        start = self._here
        self._trouble, self._ended = "", False
        try:
            cells = next(csv.reader(self._lines(start), delimiter=self._delimiter), None)
        except csv.Error:
            return self._given_up(start)
        if cells is None:
            return None
        # The parser asks for another line only inside a quotation mark.
        misfit = self._width and len(cells) > self._width and self._here.line > start.line + 1
        if self._ended or misfit:
            return self._given_up(start)
        return Record(start.line + 1, cells, self._trouble, self._here)

    def _lines(self, start: Position) -> Iterator[str]:
        """Decoded lines, one at a time as the parser asks for them."""
        while raw := self._file.readline(LINE):
            if self._here.line - start.line >= MOST_LINES:
                raise csv.Error("a quotation mark is not closed")
            if _cut(raw):
                raise csv.Error("a line is too long")
            self._here = Position(self._here.offset + len(raw), self._here.line + 1)
            yield self._decoded(raw)
        self._ended = True

    def _decoded(self, raw: bytes) -> str:
        try:
            text = raw.decode(self._encoding)
        except UnicodeDecodeError:
            text, self._trouble = raw.decode(self._encoding, "replace"), "undecodable"
        if "\0" in text:
            text, self._trouble = text.replace("\0", REPLACEMENT), "nul_bytes"
        elif REPLACEMENT in text:
            self._trouble = "undecodable"
        return text.rstrip("\r\n").replace("\r", " ") + "\n"

    def _given_up(self, start: Position) -> Record:
        """The first line of a record that cannot be parsed, as far as it can be told, and past its end."""
        self._file.seek(start.offset)
        piece = first = self._file.readline(LINE)
        offset = start.offset + len(first)
        while _cut(piece):
            piece = self._file.readline(LINE)
            offset += len(piece)
        self._here = Position(offset, start.line + 1)
        text = self._decoded(first)
        try:
            cells = next(csv.reader([text], delimiter=self._delimiter, quoting=csv.QUOTE_NONE))
        except csv.Error:
            return Record(start.line + 1, [text[:KEPT]], "field_too_long", self._here)
        trouble = "field_too_long" if _cut(first) else "unclosed_quote"
        return Record(start.line + 1, [cell.strip('"') for cell in cells], trouble, self._here)


def _cut(raw: bytes) -> bool:
    """Whether a line goes on behind the piece that was read."""
    return len(raw) == LINE and not raw.endswith(b"\n")
