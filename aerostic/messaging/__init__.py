"""Contacts, templates, conversations and messages; the channel contract; outbound lanes, inbound, statuses."""
