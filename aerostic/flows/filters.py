"""The filters and tests of expressions. Each takes and gives values of bounded size."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import UnknownLocaleError
from babel.dates import format_datetime
from babel.numbers import format_decimal

from aerostic.flows.sizes import LONGEST_VALUE, MISSING, MOST_ITEMS, Missing, bounded, shown

LONGEST_NUMBER, MOST_PLACES = 64, 40
# Other languages than these are read from files of their own, each of which takes a while and stays in memory.
LOCALES = frozenset(
    [
        "ar",
        "de",
        "en",
        "en_GB",
        "en_IN",
        "es",
        "fr",
        "hi",
        "id",
        "it",
        "ja",
        "nl",
        "pl",
        "pt",
        "pt_BR",
        "ru",
        "tr",
        "zh",
    ]
)


def number(value: Any) -> Decimal | int:
    """A number, also where it is written as text.

    Raises:
        ValueError: it is none, or too large, or too precise.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    written = shown(value).strip()
    try:
        found = Decimal(written) if len(written) <= LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        raise ValueError("not a number") from None
    # Ten digits can stand for one with a billion.
    if not found.is_finite() or abs(found.as_tuple().exponent) > MOST_PLACES:  # type: ignore[arg-type]
        raise ValueError("not a number")
    bounded(found)
    return found


def _default(value: Any, other: Any = "", empty_too: bool = True) -> Any:
    missing = value is MISSING or value is None or (empty_too and value == "")
    return other if missing else value


def _replace(value: Any, old: Any, new: Any) -> str:
    given, old, new = shown(value), shown(old), shown(new)
    if len(given) + given.count(old) * len(new) > LONGEST_VALUE:
        raise ValueError("too large")
    return given.replace(old, new)


def _truncate(value: Any, length: int = 80) -> str:
    given = shown(value)
    return given if len(given) <= length else f"{given[: max(length - 1, 0)]}…"


def _item(at: int) -> Callable[[Any], Any]:
    def item(value: Any) -> Any:
        return value[at] if isinstance(value, str | list | tuple) and value else ""

    return item


def _join(value: Any, between: Any = ", ") -> str:
    glue = shown(between)
    items = [shown(one) for one in value] if isinstance(value, list | tuple) else [shown(value)]
    if sum(map(len, items)) + len(items) * len(glue) > LONGEST_VALUE:
        raise ValueError("too large")
    return glue.join(items)


def _split(value: Any, between: Any = ",") -> list[str]:
    return [part.strip() for part in shown(value).split(shown(between) or ",", MOST_ITEMS - 1)]


def _rounded(value: Any, digits: int = 0) -> Decimal | int:
    found = number(value)
    return round(found) if digits <= 0 else round(Decimal(found), min(digits, 9))


def _whole(value: Any, other: int = 0) -> int:
    try:
        return int(number(value))
    except ValueError:
        return other


def _grouped(value: Any, locale: Any = "en") -> str:
    return str(format_decimal(number(value), locale=_locale(locale)))


def _date(value: Any, pattern: Any = "medium", zone: Any = "UTC", locale: Any = "en") -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(shown(value))
    try:
        return str(format_datetime(moment, shown(pattern)[:40], ZoneInfo(shown(zone)[:64]), _locale(locale)))
    except (OSError, UnknownLocaleError):
        raise ValueError("no such zone") from None


def _locale(value: Any) -> str:
    wanted = shown(value).replace("-", "_")
    found = wanted if wanted in LOCALES else wanted.partition("_")[0]
    if found not in LOCALES:
        raise ValueError("no such language")
    return found


def _of_text(change: Callable[[str], str]) -> Callable[[Any], str]:
    @wraps(change)
    def changed(value: Any) -> str:
        return change(shown(value))

    return changed


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else len(shown(value))


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict | Missing) and not value)


FILTERS: dict[str, Callable[..., Any]] = {
    "capitalize": _of_text(str.capitalize),
    "date": _date,
    "default": _default,
    "first": _item(0),
    "int": _whole,
    "join": _join,
    "last": _item(-1),
    "length": _length,
    "lower": _of_text(str.lower),
    "number": _grouped,
    "replace": _replace,
    "round": _rounded,
    "split": _split,
    "string": shown,
    "title": _of_text(str.title),
    "trim": _of_text(str.strip),
    "truncate": _truncate,
    "upper": _of_text(str.upper),
}
TESTS: dict[str, Callable[..., bool]] = {
    "defined": lambda value: value is not MISSING,
    "empty": _empty,
    "number": lambda value: isinstance(value, int | float | Decimal) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
}
