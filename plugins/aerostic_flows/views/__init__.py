"""The pages of flows, a module an area."""

from . import acts, builder, deciding, draft, hooks, limits, list_, new, replaying, run, runs, show, versions
from .base import blueprint

__all__ = [
    "acts",
    "blueprint",
    "builder",
    "deciding",
    "draft",
    "hooks",
    "limits",
    "list_",
    "new",
    "replaying",
    "run",
    "runs",
    "show",
    "versions",
]
