"""The keyring: root keys by id, and the keys derived from them.

A root key never encrypts anything itself. Every use has a key of its own, derived with HKDF-SHA256 from the root key, the
purpose and the tenant, so that one tenant's ciphertext can never be opened under another's key.
"""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from aerostic.security.errors import KeyMissingError

KEY_BYTES = 32
KEY_ID_BYTES = 4


class Keyring:
    """Root keys by a four-byte id; the first one given encrypts, the others only open.

    Args:
        keys: key id (exactly 4 ASCII characters) to 32 random bytes, in order of preference.

    Raises:
        KeyMissingError: there is no key, or one has the wrong length.
    """

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys:
            raise KeyMissingError("AEROSTIC_KEYS is not set: `aerostic keys new` prints a key to put there.")
        for key_id, key in keys.items():
            if len(key_id.encode()) != KEY_ID_BYTES or len(key) != KEY_BYTES:
                raise KeyMissingError("AEROSTIC_KEYS: each entry is a 4-character id, a colon and 32 bytes in base64.")
        self._keys = {key_id.encode(): key for key_id, key in keys.items()}
        self.current = next(iter(self._keys))
        self.cipher = lru_cache(maxsize=16_384)(self._cipher)
        self.index_key = lru_cache(maxsize=16_384)(self._index_key)
        self.derived = lru_cache(maxsize=16_384)(self._derive)

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Read `id:base64,id:base64` as `AEROSTIC_KEYS` holds it."""
        keys: dict[str, bytes] = {}
        for entry in filter(None, (part.strip() for part in text.split(","))):
            key_id, _, encoded = entry.partition(":")
            if key_id in keys:
                raise KeyMissingError("AEROSTIC_KEYS: two keys have the same id; each needs its own.")
            try:
                keys[key_id] = base64.b64decode(encoded, validate=True)
            except ValueError:
                raise KeyMissingError("AEROSTIC_KEYS: what follows an id is not base64.") from None
        return cls(keys)

    @property
    def ids(self) -> tuple[bytes, ...]:
        """The ids of all root keys, the current one first."""
        return tuple(self._keys)

    def _derive(self, key_id: bytes, purpose: str, tenant: bytes) -> bytes:
        """A key of its own for one purpose of one tenant (b"" for the platform)."""
        root = self._keys.get(key_id)
        if root is None:
            raise KeyMissingError(f"No key with id {key_id!r} in AEROSTIC_KEYS: was it removed before re-encryption?")
        return HKDF(SHA256(), KEY_BYTES, salt=tenant, info=purpose.encode()).derive(root)

    def _cipher(self, key_id: bytes, tenant: bytes) -> AESGCM:
        return AESGCM(self._derive(key_id, "column", tenant))

    def _index_key(self, tenant: bytes, column: str) -> bytes:
        """The HMAC key of one tenant's blind index over `column`, from the oldest root key: an index cannot rotate alone."""
        oldest = next(reversed(self._keys))
        return self._derive(oldest, f"index:{column}", tenant)
