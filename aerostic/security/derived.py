"""One key for each use: HKDF-SHA256 over a random key."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def derived(key: bytes, use: str) -> bytes:
    """The key for one use of a random key.

    Args:
        use: what for; another use has another key.
    """
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=use.encode()).derive(key)
