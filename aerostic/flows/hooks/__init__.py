"""Webhooks: addresses at which other systems start flows, and what they are answered."""
