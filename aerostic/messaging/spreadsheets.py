"""CSV that a spreadsheet opens as it is meant: marked as UTF-8, and with no cell taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet would run it. An import takes the apostrophe off."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def written(lines: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Lines of cells as CSV. Cells that people wrote have to be guarded before."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    return text.getvalue()
