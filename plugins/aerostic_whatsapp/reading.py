"""Careful access to what a webhook holds: every function here takes any JSON value and never raises."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

EPOCH = datetime.fromtimestamp(0, UTC)
LATEST = 253402300799  # the last second of the year 9999


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects among the items of a list."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text(value: Any) -> str:
    """A text or a whole number as text, else ''. Characters a database cannot keep are left out."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number(value: Any) -> int:
    """A whole number that fits 32 bits, also when written as text, else 0."""
    try:
        found = int(value) if isinstance(value, (int, str)) else 0
    except ValueError:
        return 0
    return found if -(2**31) <= found < 2**31 else 0


def moment(value: Any) -> datetime:
    """Unix seconds as text or number; the epoch where there is none, so that it never counts as news."""
    try:
        seconds = int(value) if isinstance(value, (int, str)) else 0
    except ValueError:
        return EPOCH
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= LATEST else EPOCH


def phone(value: Any) -> str | None:
    """A WhatsApp id as E.164 with plus; None when it is no number."""
    digits = text(value).removeprefix("+")
    return f"+{digits}" if digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 20 else None


def user_id(value: Any) -> str | None:
    """A business-scoped user id, or None."""
    found = text(value)
    return found if 0 < len(found) <= 160 else None
