"""`bench flows`: flows that webhooks start, beside Node-RED, and what they take up."""

from importlib import import_module
from typing import Any

# Each module has a `run() -> dict`; their figures stand side by side.
PARTS = ("hooks", "waking", "replying")


def run() -> dict[str, Any]:
    """Measure all parts, one after the other."""
    figures: dict[str, Any] = {"name": "flows"}
    for part in PARTS:
        figures |= import_module(f"{__name__}.{part}").run()
    return figures
