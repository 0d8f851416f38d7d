"""The people of a launched campaign: those with a message, and those who got none."""

from .export import lines
from .messages import WORDS, messages_query, messages_table, outcome
from .phones import masked
from .skipped import skipped_query, skipped_table

__all__ = ["WORDS", "lines", "masked", "messages_query", "messages_table", "outcome", "skipped_query", "skipped_table"]
