"""Careful access to the content of messages: any JSON may stand there, and showing it must never fail."""

from collections.abc import Iterator
from typing import Any


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects among the items of a list."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text(value: Any) -> str:
    """A text or a number as text, else ''."""
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def number(value: Any) -> float | None:
    """A number, also when it is written as text."""
    try:
        return float(value) if isinstance(value, (str, int, float)) else None
    except ValueError:
        return None
