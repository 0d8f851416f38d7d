"""Ids of runs: made of what caused them, so that the same cause never starts two; in the order of time, as all ids are."""

from hashlib import sha256
from uuid import UUID

TIME = 6
VERSION, VARIANT = 0x70, 0x80


def run_id(cause: UUID, *parts: str) -> UUID:
    """A UUIDv7 (RFC 9562, 5.7) with the time of `cause` and a digest of all in place of its random bits.

    Args:
        cause: id of the event, message or run that starts it; a UUIDv7.
        parts: what tells runs of one cause from each other.
    """
    digest = sha256(b"\0".join([cause.bytes, *(part.encode() for part in parts)])).digest()
    raw = bytearray(cause.bytes[:TIME] + digest[: 16 - TIME])
    raw[6] = raw[6] & 0x0F | VERSION
    raw[8] = raw[8] & 0x3F | VARIANT
    return UUID(bytes=bytes(raw))


def as_id(text: str) -> UUID | None:
    """The id that a text is; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
