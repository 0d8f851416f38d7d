"""The pages of flows, a module an area."""

from . import acts, draft, list_, new, run, runs, show, versions
from .base import blueprint

__all__ = ["acts", "blueprint", "draft", "list_", "new", "run", "runs", "show", "versions"]
