"""Reading JSON whose details nobody has checked: what is absent or of another kind counts as empty."""

from typing import Any
from urllib.parse import urlsplit


def as_object(value: Any) -> dict[str, Any]:
    """Return an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """Return a text; a number becomes one, what is no plain value becomes ""."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def host_of(url: str) -> str:
    """Return the host of a web address, "" for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""
