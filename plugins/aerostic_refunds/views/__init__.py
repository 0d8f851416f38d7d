"""The pages of refunds, in the consoles of the platform and of resellers."""

from .pages import platform, reseller

__all__ = ["platform", "reseller"]
