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


def _associated(header: bytes, place: Place) -> bytes:
    table, column = place.table.encode(), place.column.encode()
    tenant = place.tenant.bytes if place.tenant else PLATFORM
    return b"%b%c%b%c%b%c%b%b" % (header, len(table), table, len(column), column, len(tenant), tenant, place.row.bytes)


def seal(keyring: Keyring, place: Place, plain: bytes) -> Sealed:
    """Encrypt `plain` for one place, under the current key."""
    header = FORMAT + keyring.current
    nonce = os.urandom(NONCE_BYTES)
    cipher = keyring.cipher(keyring.current, place.tenant.bytes if place.tenant else PLATFORM)
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
    cipher = keyring.cipher(blob[1:5], place.tenant.bytes if place.tenant else PLATFORM)
    try:
        return cipher.decrypt(nonce, blob[5 + NONCE_BYTES :], _associated(header, place))
    except InvalidTag:
        raise SealError(f"{place.table}.{place.column}: the ciphertext was damaged or moved from elsewhere.") from None
