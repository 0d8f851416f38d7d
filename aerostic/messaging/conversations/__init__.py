"""Conversations of contacts with numbers: listed, read, answered, taken over from bots and handed back."""
