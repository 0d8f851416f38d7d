"""Asking addresses that people entered: only public ones, so that nobody looks into our own network through us.

A plugin has this as `aerostic.sdk.http`; see docs/outbound.md.
"""

from aerostic.security.outbound.client import Answer, Client, Limits, check_public, client, fetch, guarded, host_of
from aerostic.security.outbound.errors import AddressError, AnswerError, NoAnswerError, OutboundError
from aerostic.security.outbound.requests import sendable

__all__ = [
    "AddressError",
    "Answer",
    "AnswerError",
    "Client",
    "Limits",
    "NoAnswerError",
    "OutboundError",
    "check_public",
    "client",
    "fetch",
    "guarded",
    "host_of",
    "sendable",
]
