"""The provider of the house: root keys from AEROSTIC_KEYS, or from the file that AEROSTIC_KEYS_FILE names.

Wrapped: 12 bytes random nonce, then the key in AES-256-GCM with its tag, with the binding as associated data. The cipher's
key is derived from the root key with HKDF-SHA256, so that a root key itself encrypts nothing.
"""

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aerostic.security.derived import KEY_BYTES, derived
from aerostic.security.errors import KeyMissingError, SealError
from aerostic.security.providers import Wrapped
from aerostic.settings import Settings

KEY_ID_BYTES = 4
NONCE_BYTES = 12


class RootKeys:
    """Root keys by an id; the first one given wraps, the others only open.

    Args:
        keys: key id (exactly 4 ASCII characters) to 32 random bytes, in order of preference.

    Raises:
        KeyMissingError: there is no key, or one has the wrong length.
    """

    name = "local"

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys:
            raise KeyMissingError(
                "AEROSTIC_KEYS is not set: `aerostic keys new` prints a key to put there, or into a file that"
                " AEROSTIC_KEYS_FILE names."
            )
        for key_id, key in keys.items():
            if len(key_id.encode()) != KEY_ID_BYTES or not key_id.isascii() or len(key) != KEY_BYTES:
                raise KeyMissingError("AEROSTIC_KEYS: each entry is a 4-character id, a colon and 32 bytes in base64.")
        self._ciphers = {key_id: AESGCM(derived(key, "wrap")) for key_id, key in keys.items()}
        self.newest = next(iter(keys))

    @classmethod
    def parse(cls, text: str) -> "RootKeys":
        """Read `id:base64,id:base64` as `AEROSTIC_KEYS` holds it; in a file, lines may separate them."""
        keys: dict[str, bytes] = {}
        for entry in text.replace(",", " ").split():
            key_id, _, encoded = entry.partition(":")
            if key_id in keys:
                raise KeyMissingError("AEROSTIC_KEYS: two keys have the same id; each needs its own.")
            try:
                keys[key_id] = base64.b64decode(encoded, validate=True)
            except ValueError:
                raise KeyMissingError("AEROSTIC_KEYS: what follows an id is not base64.") from None
        return cls(keys)

    @classmethod
    def of(cls, settings: Settings) -> "RootKeys":
        """The root keys that the settings name."""
        keys, file = settings.keys.get_secret_value(), settings.keys_file
        if keys and file:
            raise KeyMissingError("Both AEROSTIC_KEYS and AEROSTIC_KEYS_FILE are set: which keys count? Keep one.")
        return cls.parse(_content(file) if file else keys)

    def wrap(self, key: bytes, binding: bytes) -> Wrapped:
        """Wrap a data key under the first root key."""
        nonce = os.urandom(NONCE_BYTES)
        return Wrapped(self.newest, nonce + self._ciphers[self.newest].encrypt(nonce, key, binding))

    def unwrap(self, wrapped: Wrapped, binding: bytes) -> bytes:
        """Open a data key."""
        cipher = self._ciphers.get(wrapped.kek_id)
        if cipher is None:
            raise KeyMissingError(
                f"The root key {wrapped.kek_id!r} is not in AEROSTIC_KEYS: put it back behind the others, and run"
                " `aerostic keys rewrap` before you take it out."
            )
        try:
            return cipher.decrypt(wrapped.blob[:NONCE_BYTES], wrapped.blob[NONCE_BYTES:], binding)
        except (InvalidTag, ValueError):
            raise SealError(
                f"A data key does not open with the root key {wrapped.kek_id!r}: it was damaged or moved, or AEROSTIC_KEYS"
                " has another key under that id."
            ) from None


def _content(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, ValueError) as error:
        raise KeyMissingError(f"AEROSTIC_KEYS_FILE cannot be read: {type(error).__name__}.") from None
