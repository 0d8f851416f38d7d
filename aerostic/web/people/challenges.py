"""Challenges: random bytes that the answer to a question has to hold, good for a few minutes and once."""

import secrets

from flask import session

from aerostic.registry import runtime

SECONDS = 300
BYTES = 32
KEY = "challenge"


def new_challenge(purpose: str) -> bytes:
    """A challenge for this browser; one that it had before is good no more.

    Args:
        purpose: what it is for, and for whom; an answer for another purpose does not fit.
    """
    name, challenge = secrets.token_urlsafe(16), secrets.token_bytes(BYTES)
    runtime().redis.set(_place(name, purpose), challenge, ex=SECONDS)
    session[KEY] = name
    return challenge


def take_challenge(purpose: str) -> bytes | None:
    """The challenge that this browser was given, which is spent by asking; None where there is none."""
    name = session.pop(KEY, "")
    found: bytes | None = runtime().redis.getdel(_place(name, purpose)) if name else None  # type: ignore[assignment]
    return found


def _place(name: str, purpose: str) -> str:
    return f"{runtime().settings.redis_prefix}:challenge:{purpose}:{name}"
