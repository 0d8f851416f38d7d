"""Secrets that stand in links. A table holds their digests only, so that nobody can open links who reads it."""

import hashlib
import secrets

BYTES = 32


def new_token() -> tuple[str, bytes]:
    """A secret for a link, and its digest."""
    token = secrets.token_urlsafe(BYTES)
    return token, digest_of(token)


def digest_of(token: str) -> bytes:
    """The digest by which a secret is found. Random bytes need no slow hash: there is nothing to guess."""
    return hashlib.sha256(token.encode()).digest()
