"""Signing checkpoints with Ed25519. The key is derived from the root key, so that it lies nowhere else."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aerostic.security.vault import keyring

PREFIX = b"audit.checkpoint.1\n"


def sign(key_id: str, body: str) -> bytes:
    """The signature over a checkpoint's text.

    Raises:
        KeyMissingError: there is no such root key here.
    """
    return _private(key_id).sign(PREFIX + body.encode())


def signed(key_id: str, body: str, signature: bytes) -> bool:
    """Whether it is ours."""
    try:
        public_key(key_id).verify(signature, PREFIX + body.encode())
    except InvalidSignature:
        return False
    return True


def public_key(key_id: str) -> Ed25519PublicKey:
    """The key that anybody may check signatures with."""
    return _private(key_id).public_key()


def public_keys() -> dict[str, str]:
    """The public keys of all root keys here: 32 bytes as hexadecimal digits, by the id of the root key."""
    ids = [key_id.decode() for key_id in keyring().ids]
    return {key_id: public_key(key_id).public_bytes(Encoding.Raw, PublicFormat.Raw).hex() for key_id in ids}


def _private(key_id: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keyring().derived(key_id.encode(), "audit checkpoints", b""))
