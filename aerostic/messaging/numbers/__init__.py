"""Sending numbers: their standing with the provider, how much of their limits is used, and whether they send now."""
