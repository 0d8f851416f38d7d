"""Webhooks after they were answered: who they are for, what they say, and what follows from it."""
