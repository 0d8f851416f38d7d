"""The filters and tests of expressions. Each takes and gives values of bounded size."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from babel.dates import format_datetime
from babel.numbers import format_decimal
from jinja2 import Undefined

LONGEST_VALUE = 16_384
MOST_ITEMS = 1_000
LARGEST = 10**18


def bounded(value: Any) -> Any:
    """The value, where it is not larger than anything that a flow needs.

    Raises:
        ValueError: it is.
    """
    too_long = isinstance(value, str) and len(value) > LONGEST_VALUE
    too_many = isinstance(value, list | tuple | dict) and len(value) > MOST_ITEMS
    too_large = isinstance(value, int | float) and not -LARGEST <= value <= LARGEST
    if too_long or too_many or too_large:
        raise ValueError("too large")
    return value


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None or isinstance(value, Undefined):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return orjson.dumps(value, default=str).decode()
    return str(bounded(value))


def number(value: Any) -> Decimal | int:
    """A number, also where it is written as text.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return Decimal(shown(value).strip())
    except InvalidOperation:
        raise ValueError("not a number") from None


def _default(value: Any, other: Any = "", empty_too: bool = True) -> Any:
    missing = isinstance(value, Undefined) or value is None or (empty_too and value == "")
    return other if missing else value


def _replace(value: Any, old: str, new: str) -> str:
    given = shown(value)
    if len(given) + given.count(str(old)) * len(str(new)) > LONGEST_VALUE:
        raise ValueError("too large")
    return given.replace(str(old), str(new))


def _truncate(value: Any, length: int = 80) -> str:
    given = shown(value)
    return given if len(given) <= length else f"{given[: max(length - 1, 0)]}…"


def _item(at: int) -> Callable[[Any], Any]:
    def item(value: Any) -> Any:
        return value[at] if isinstance(value, str | list | tuple) and value else ""

    return item


def _join(value: Any, between: str = ", ") -> str:
    items = [shown(one) for one in value] if isinstance(value, list | tuple) else [shown(value)]
    if sum(map(len, items)) + len(items) * len(str(between)) > LONGEST_VALUE:
        raise ValueError("too large")
    return str(between).join(items)


def _split(value: Any, between: str = ",") -> list[str]:
    return [part.strip() for part in shown(value).split(str(between) or ",", MOST_ITEMS - 1)]


def _rounded(value: Any, digits: int = 0) -> Decimal | int:
    found = number(value)
    return round(found) if digits <= 0 else round(Decimal(found), min(digits, 9))


def _whole(value: Any, other: int = 0) -> int:
    try:
        return int(number(value))
    except ValueError:
        return other


def _grouped(value: Any, locale: str = "en") -> str:
    return format_decimal(number(value), locale=str(locale)[:16])


def _date(value: Any, pattern: str = "medium", zone: str = "UTC", locale: str = "en") -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(shown(value))
    return format_datetime(moment, str(pattern)[:40], ZoneInfo(str(zone)), str(locale)[:16])


def _of_text(change: Callable[[str], str]) -> Callable[[Any], str]:
    @wraps(change)
    def changed(value: Any) -> str:
        return change(shown(value))

    return changed


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else len(shown(value))


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
    "defined": lambda value: not isinstance(value, Undefined),
    "empty": lambda value: shown(value) in ("", "[]", "{}"),
    "number": lambda value: isinstance(value, int | float | Decimal) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
}
