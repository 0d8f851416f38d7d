"""Contacts: the list and what can be done with many of them, one contact's page, tags."""
