"""What changed between two versions, as lines of their JSON."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from aerostic.sdk.automation import Document

# Lines without a change that are kept around one.
AROUND = 3


class DiffLine(NamedTuple):
    """A line: as it is in both, gone, or new; or a gap, where lines without a change are left out."""

    kind: Literal["same", "gone", "new", "gap"]
    text: str = ""


def differences(before: Document, after: Document) -> list[DiffLine]:
    """The lines that changed, each with a few around it; none where nothing did."""
    return list(_lines(*(one.text().decode().splitlines() for one in (before, after))))


def _lines(before: list[str], after: list[str]) -> Iterator[DiffLine]:
    groups = SequenceMatcher(None, before, after).get_grouped_opcodes(AROUND)
    for number, group in enumerate(groups):
        if number:
            yield DiffLine("gap")
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (DiffLine("same", line) for line in before[a:b])
            else:
                yield from (DiffLine("gone", line) for line in before[a:b])
                yield from (DiffLine("new", line) for line in after[c:d])
