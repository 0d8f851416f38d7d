"""What makes entries a chain: the keyed MAC of each, over the one before, and the public digest that checkpoints sign.

The bytes: a MAC is HMAC-SHA256 over the MAC before (32), the chain (16: the tenant's id, zeroes for the platform), the
sequence (8, big-endian), the entry's id (16) and its body in UTF-8. A link is SHA-256 over the link before (32),
the MAC, and what the MAC was made over; the first link is that of `FORMAT` and the chain. MACs prove entries to who has the
key, links to everybody who has a signed checkpoint.
"""

import hashlib
import hmac
from uuid import UUID

from aerostic.security.vault import keyring

FORMAT = b"audit.chain.1"
START = bytes(32)
BLOCK = 64
PLATFORM = "platform"


def current_key(tenant_id: UUID | None) -> str:
    """The id of the audit key that a chain's new entries are sealed with."""
    return keyring().audit_key_id(tenant_id).hex()


def name_of(tenant_id: UUID | None) -> str:
    """What a chain is called in checkpoints and reports."""
    return str(tenant_id) if tenant_id else PLATFORM


def sealed_bytes(previous: bytes, chain: bytes, seq: int, entry_id: bytes, body: bytes) -> bytes:
    """What an entry's MAC is made over."""
    return b"".join((previous, chain, seq.to_bytes(8), entry_id, body))


class Mac:
    """HMAC-SHA256 under one key, made ready once (RFC 2104): for short texts that is most of the work."""

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def __call__(self, data: bytes) -> bytes:
        """The MAC of some bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.digest()


def chain_mac(tenant_id: UUID | None, key_id: str) -> Mac:
    """Makes one chain's MACs.

    Raises:
        KeyMissingError: this chain has no such key.
    """
    return Mac(audit_key(tenant_id, key_id, "entries"))


def ticket(tenant_id: UUID | None, entry_id: bytes, body: bytes) -> bytes:
    """What shows the sealer that an act was recorded by the application, and not written into the table by somebody else."""
    return hmac.digest(audit_key(tenant_id, current_key(tenant_id), "tickets"), entry_id + body, "sha256")


def is_genuine(tenant_id: UUID | None, entry_id: bytes, body: bytes, shown: bytes) -> bool:
    """Whether a ticket is right."""
    return hmac.compare_digest(ticket(tenant_id, entry_id, body), shown)


def audit_key(tenant_id: UUID | None, key_id: str, use: str) -> bytes:
    """A chain's key for one use.

    Raises:
        KeyMissingError: this chain has no key of that id.
    """
    try:
        raw = bytes.fromhex(key_id)
    except ValueError:
        raw = b""
    return keyring().audit_key(tenant_id, raw, use)


def chain_bytes(tenant_id: UUID | None) -> bytes:
    """A chain in sixteen bytes."""
    return tenant_id.bytes if tenant_id else bytes(16)


def first_link(chain: bytes) -> bytes:
    """The link that the first entry's builds on."""
    return hashlib.sha256(FORMAT + chain).digest()


def link(previous: bytes, entry_mac: bytes, sealed: bytes) -> bytes:
    """The public digest of a chain up to an entry."""
    return hashlib.sha256(previous + entry_mac + sealed).digest()
