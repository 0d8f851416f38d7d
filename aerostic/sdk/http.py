"""Asking addresses that people configured; the only way in which a plugin may. See docs/outbound.md.

from aerostic.sdk import http

answer = http.fetch(url, method="POST", headers={"Content-Type": "application/json"}, body=body)
"""

from aerostic.security.outbound import (
    AddressError,
    Answer,
    AnswerError,
    Client,
    Limits,
    NoAnswerError,
    OutboundError,
    check_public,
    client,
    fetch,
    guarded,
    host_of,
    sendable,
)

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
