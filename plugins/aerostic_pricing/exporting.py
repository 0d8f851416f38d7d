"""A version of a price book as the file it could have come from."""

from collections.abc import Iterator
from decimal import Decimal

from aerostic.sdk import CSV_START, csv_lines

from .books import ANY, Rule, Sheet
from .card import MICROS
from .importing import COLUMNS


def written_sheet(sheet: Sheet) -> str:
    """The file; what `importing.read_sheet` reads from it is the sheet again."""
    return CSV_START + csv_lines([COLUMNS, *map(_line, sheet.rules), *_free(sheet)])


def _line(rule: Rule) -> tuple[str, ...]:
    above = str(rule.above) if rule.above else ""
    if rule.amount is not None:
        return (rule.market, rule.category, _units(rule.amount), "", "", "", above, "")
    fixed, floor = (_units(value) if value else "" for value in (rule.fixed, rule.floor))
    return (rule.market, rule.category, "", f"{rule.percent.normalize():f}", fixed, floor, above, "")


def _free(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    for category, count in sorted(sheet.free.items()):
        yield (ANY, category, "", "", "", "", "", str(count))


def _units(micros: int) -> str:
    return f"{(Decimal(micros) / MICROS).normalize():f}"
