"""A signed checkpoint: where a chain stood, in the exact text that was signed."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

import orjson

from aerostic.audit.chain import FORMAT, PLATFORM, current_key, name_of
from aerostic.audit.signing import sign, signed


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The signed text and its signature, and what the text says.

    Args:
        tenant_id: whose chain; None for the platform's.
        seq: the number of the chain's newest entry.
        mac: that entry's MAC.
        link: the public digest of the chain up to there.
    """

    body: str
    signature: bytes
    tenant_id: UUID | None
    seq: int
    mac: bytes
    link: bytes
    key_id: str

    @classmethod
    def make(cls, tenant_id: UUID | None, seq: int, mac: bytes, link: bytes, before: Self | None, at: datetime) -> Self:
        """Sign where a chain stands.

        Args:
            before: the chain's checkpoint before; its digest becomes part of this one.
        """
        key_id = current_key(None)
        content = {
            "at": at.isoformat(timespec="microseconds"),
            "chain": name_of(tenant_id),
            "format": FORMAT.decode(),
            "key": key_id,
            "link": link.hex(),
            "mac": mac.hex(),
            "previous": sha256(before.body.encode()).hexdigest() if before else "",
            "seq": seq,
        }
        body = orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()
        return cls(body, sign(key_id, body), tenant_id, seq, mac, link, key_id)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        """Of a body and the signature in hexadecimal digits, as a line of a file or an event has them."""
        said = orjson.loads(stored["body"])
        tenant_id = None if said["chain"] == PLATFORM else UUID(said["chain"])
        proof = bytes.fromhex(stored["signature"]), tenant_id, said["seq"]
        return cls(stored["body"], *proof, bytes.fromhex(said["mac"]), bytes.fromhex(said["link"]), said["key"])

    def shown(self) -> dict[str, str]:
        """As `read` takes it."""
        return {"body": self.body, "signature": self.signature.hex()}

    def line(self) -> bytes:
        """As a line of a file."""
        return orjson.dumps(self.shown()) + b"\n"

    def ours(self) -> bool:
        """Whether the signature is ours. False too where the key is not here any more."""
        return signed(self.key_id, self.body, self.signature)
