"""The ciphertext format and its two operations.

    1 byte  format (0x01)
    4 bytes key id
   12 bytes random nonce
    n bytes ciphertext
   16 bytes tag

AES-256-GCM. The associated data is the header (format, key id), then table, column, tenant and row, each with its length,
so a ciphertext that is moved to another place does not open.
"""

import os
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag

from aerostic.security.errors import SealError
from aerostic.security.keyring import Keyring

FORMAT = b"\x01"
NONCE_BYTES = 12
OVERHEAD = 1 + 4 + NONCE_BYTES + 16
PLATFORM = b""


class Place(NamedTuple):
    """Where a sealed value lives: it opens there and nowhere else. `tenant` is None for platform-owned rows."""

    table: str
    column: str
    tenant: UUID | None
    row: UUID


class Sealed(bytes):
    """A ciphertext in the format of this module. The only thing an encrypted column accepts."""

    __slots__ = ()


@lru_cache(maxsize=16_384)
def _prefix(header: bytes, table: str, column: str, tenant: UUID | None) -> bytes:
    names = table.encode(), column.encode(), _owner(tenant)
    return header + b"".join(bytes((len(name),)) + name for name in names)


def _owner(tenant: UUID | None) -> bytes:
    return tenant.bytes if tenant else PLATFORM


def _associated(header: bytes, place: Place) -> bytes:
    return _prefix(header, place.table, place.column, place.tenant) + place.row.bytes


def seal(keyring: Keyring, place: Place, plain: bytes) -> Sealed:
    """Encrypt `plain` for one place, under the current key."""
    header = FORMAT + keyring.current
    nonce = os.urandom(NONCE_BYTES)
    cipher = keyring.cipher(keyring.current, _owner(place.tenant))
    return Sealed(header + nonce + cipher.encrypt(nonce, plain, _associated(header, place)))


def unseal(keyring: Keyring, place: Place, blob: bytes) -> bytes:
    """Decrypt what `seal` made for the same place.

    Raises:
        SealError: not our format, damaged, or made for another place.
        KeyMissingError: the key it names is not in the keyring.
    """
    if len(blob) < OVERHEAD or blob[:1] != FORMAT:
        raise SealError(f"{place.table}.{place.column}: not a ciphertext of format 1.")
    header, nonce = blob[:5], blob[5 : 5 + NONCE_BYTES]
    cipher = keyring.cipher(blob[1:5], _owner(place.tenant))
    try:
        return cipher.decrypt(nonce, blob[5 + NONCE_BYTES :], _associated(header, place))
    except InvalidTag:
        raise SealError(f"{place.table}.{place.column}: the ciphertext was damaged or moved from elsewhere.") from None
