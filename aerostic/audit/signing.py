"""Signing checkpoints with Ed25519. The key is derived from the platform's audit key, so that it lies nowhere else."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aerostic.audit.chain import audit_key, current_key
from aerostic.security.errors import KeyMissingError

PREFIX = b"audit.checkpoint.1\n"


def sign(key_id: str, body: str) -> bytes:
    """The signature over a checkpoint's text.

    Raises:
        KeyMissingError: the platform has no such audit key.
    """
    return _private(key_id).sign(PREFIX + body.encode())


def signed(key_id: str, body: str, signature: bytes) -> bool:
    """Whether it is ours."""
    try:
        public_key(key_id).verify(signature, PREFIX + body.encode())
    except (InvalidSignature, KeyMissingError):
        return False
    return True


def public_key(key_id: str) -> Ed25519PublicKey:
    """The key that anybody may check signatures with."""
    return _private(key_id).public_key()


def public_keys() -> dict[str, str]:
    """The public keys by the id of their audit key: 32 bytes as hexadecimal digits."""
    key_id = current_key(None)
    return {key_id: public_key(key_id).public_bytes(Encoding.Raw, PublicFormat.Raw).hex()}


def _private(key_id: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(audit_key(None, key_id, "checkpoints"))
