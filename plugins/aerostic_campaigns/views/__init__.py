"""The pages of campaigns, a module an area."""

from . import list_, live, steering, wizard
from .base import blueprint

__all__ = ["blueprint", "list_", "live", "steering", "wizard"]
