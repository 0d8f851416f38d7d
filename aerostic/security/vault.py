"""The process's keyring, and sealing with it. Set once at start-up; without it everything here refuses."""

import hashlib
import hmac
from typing import Any
from uuid import UUID

import orjson

from aerostic.security.envelope import Place, Sealed
from aerostic.security.envelope import seal as _seal
from aerostic.security.envelope import unseal as _unseal
from aerostic.security.errors import KeyMissingError
from aerostic.security.keyring import Keyring

INDEX_BYTES = 16
_keyring: Keyring | None = None


def use_keyring(keyring: Keyring) -> None:
    """Give the process its keyring. Called by the application factory and by tests."""
    global _keyring
    _keyring = keyring


def keyring() -> Keyring:
    """The process's keyring.

    Raises:
        KeyMissingError: none was given at start-up.
    """
    if _keyring is None:
        raise KeyMissingError(
            "The keyring is not loaded: start through the application factory, with a key provider set (AEROSTIC_KEYS)."
        )
    return _keyring


def seal_text(place: Place, value: str) -> Sealed:
    """Encrypt a text for one place."""
    return _seal(keyring(), place, value.encode())


def open_text(place: Place, blob: bytes) -> str:
    """Decrypt a text. Raises SealError or KeyMissingError, never returns a ciphertext."""
    return _unseal(keyring(), place, blob).decode()


def seal_json(place: Place, value: Any) -> Sealed:
    """Encrypt a JSON value for one place."""
    return _seal(keyring(), place, orjson.dumps(value))


def open_json(place: Place, blob: bytes) -> Any:
    """Decrypt a JSON value."""
    return orjson.loads(_unseal(keyring(), place, blob))


def blind_index(tenant: UUID | None, column: str, value: str) -> bytes:
    """A keyed digest (HMAC-SHA256, 16 bytes) by which an encrypted value is found again.

    Args:
        tenant: whose index; the same value of two tenants has two digests. None for platform rows.
        column: `table.column` of the encrypted value.
        value: already normalised (E.164 with plus, lower-case address); equal values must be equal texts.
    """
    key = keyring().index_key(tenant, column)
    return hmac.digest(key, value.encode(), hashlib.sha256)[:INDEX_BYTES]
