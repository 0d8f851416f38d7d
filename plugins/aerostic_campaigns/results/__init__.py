"""What became of a campaign's messages: counted in one pass, kept for a moment, shown to as many as look."""

from .model import Failure, Money, Results, Series
from .snapshots import current, latest

__all__ = ["Failure", "Money", "Results", "Series", "current", "latest"]
