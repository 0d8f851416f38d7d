"""The chain of automations over HTTP: our requests tell, signed, which runs led to them, so that a webhook goes on counting.

Nobody can make a chain or shorten one without the platform's key. It holds ids only.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from aerostic.security.vault import keyring

HEADER = "Aerostic-Chain"
USE = "flow.chain"
ID, TAG = 16, 16
# More than any run may have behind it.
MOST = 64


class ChainError(ValueError):
    """A chain that is none of ours, or was changed."""


def written(chain: Iterable[str]) -> str:
    """The header's value."""
    ids = b"".join(UUID(one).bytes for one in chain)
    return urlsafe_b64encode(ids + _tag(ids)).decode()


def read(text: str) -> tuple[str, ...]:
    """The chain of a header.

    Raises:
        ChainError: see there.
    """
    try:
        raw = urlsafe_b64decode(text)
    except ValueError:
        raise ChainError from None
    ids, tag = raw[:-TAG], raw[-TAG:]
    if len(ids) % ID or len(ids) > MOST * ID or not hmac.compare_digest(tag, _tag(ids)):
        raise ChainError
    return tuple(str(UUID(bytes=ids[at : at + ID])) for at in range(0, len(ids), ID))


def _tag(ids: bytes) -> bytes:
    return hmac.digest(keyring().index_key(None, USE), ids, sha256)[:TAG]
