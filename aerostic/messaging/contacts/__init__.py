"""Contacts: their numbers and other identifiers, what they agreed to, and choosing among them."""
