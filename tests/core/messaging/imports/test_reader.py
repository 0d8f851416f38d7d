"""Reading records from a byte position."""

import csv
import io
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aerostic.messaging.imports.reader import Position, Reader, Record

CELLS = st.text(st.characters(exclude_characters="\0\r\ufffd", exclude_categories=("Cs",)), max_size=20)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=8)
START = Position()


def written(rows: list[list[str]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def read(data: bytes, start: Position = START, width: int = 0, delimiter: str = ",") -> list[Record]:
    return list(Reader(io.BytesIO(data), "utf-8", delimiter, start, width))


@given(ROWS, st.sampled_from([",", ";", "\t", "|"]))
def test_what_was_written_is_read(rows: list[list[str]], delimiter: str) -> None:
    assert [record.cells for record in read(written(rows, delimiter), delimiter=delimiter)] == rows


@given(ROWS)
def test_reading_goes_on_at_the_end_of_any_record(rows: list[list[str]]) -> None:
    records = read(written(rows))
    for index, record in enumerate(records):
        assert read(written(rows), record.end) == records[index + 1 :]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_to_their_end_without_an_error(data: bytes) -> None:
    records = read(data, width=3)
    assert (records[-1].end.offset if records else 0) == len(data)
    assert all(b.line > a.line for a, b in pairwise(records))


def test_an_open_quotation_mark_costs_its_own_line_only() -> None:
    records = read(b'+1,"Ann\n+2,Bob\n+3,"Eve, jr"\n', width=2)
    assert [(r.line, r.cells, r.trouble) for r in records] == [
        (1, ["+1", "Ann"], "unclosed_quote"),
        (2, ["+2", "Bob"], ""),
        (3, ["+3", "Eve, jr"], ""),
    ]


def test_an_open_quotation_mark_in_the_last_line_is_told() -> None:
    assert [r.trouble for r in read(b'+1,Ann\n+2,"Bob', width=2)] == ["", "unclosed_quote"]


def test_an_open_quotation_mark_never_swallows_the_file() -> None:
    records = read(b'+1,"Ann\n' + b"+2,Bob\n" * 10_000, width=2)
    assert len(records) == 10_001
    assert [r.trouble for r in records[:2]] == ["unclosed_quote", ""]


def test_damaged_text_is_marked_and_its_lines_are_counted() -> None:
    data = b'+1,J\xf6rg\n+2,B\x00b\n+3,\xef\xbf\xbd\n+4,"two\nlines"\n+5,ok\n'
    assert [(r.line, r.trouble) for r in read(data)] == [
        (1, "undecodable"),
        (2, "nul_bytes"),
        (3, "undecodable"),
        (4, ""),
        (6, ""),
    ]


def test_a_line_of_many_megabytes_is_one_bad_row_of_which_little_is_kept() -> None:
    records = read(b"+1," + b"x" * (3 * 1024 * 1024) + b"\n+2,Bob\n", width=2)
    assert [(r.line, r.trouble) for r in records] == [(1, "field_too_long"), (2, "")]
    assert len(records[0].cells[0]) == 1024
