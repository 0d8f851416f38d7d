"""Flows over the API: made, saved, published, exported; their runs, and what is decided about them."""

from . import flows, runs
from .base import blueprint

__all__ = ["blueprint", "flows", "runs"]
