"""The pages of prices, in the consoles of the platform and of resellers."""

from . import imported
from .pages import platform, reseller

__all__ = ["imported", "platform", "reseller"]
