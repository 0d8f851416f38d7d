"""Finding a part of a JSON value by a path: `order.items.0.price`."""

from typing import Any

NOTHING = object()


def find(value: Any, path: str) -> Any:
    """The part; `NOTHING` where there is none. An empty path gives the whole."""
    for part in filter(None, path.split(".")):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return NOTHING
    return value
