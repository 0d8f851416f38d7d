"""Stripe's requests: forms whose names nest, such as `line_items[0][price_data][currency]`."""

import re
from collections.abc import Iterable
from typing import Any

PART = re.compile(r"\[([^\]]*)\]")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The values of a form in their places; what has numbers for names is a list."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        place = root
        *path, last = [name.partition("[")[0], *PART.findall(name)]
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return {name: _listed(value) for name, value in root.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(part) for name, part in value.items()}
    if inner and all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
