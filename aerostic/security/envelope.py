"""The ciphertext format and its two operations.

    1 byte  format (0x01)
    4 bytes id of the data key
   12 bytes random nonce
    n bytes ciphertext
   16 bytes tag

AES-256-GCM under a data key of the owner. The associated data is the header (format, key id), then table, column, tenant and
row, each with its length, so a ciphertext that is moved to another place does not open.
"""

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple, TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag

from aerostic.security.data_keys import KEY_ID_BYTES
from aerostic.security.errors import SealError
from aerostic.security.keyring import Keyring

T = TypeVar("T")
FORMAT = b"\x01"
NONCE_BYTES = 12
HEADER_BYTES = len(FORMAT) + KEY_ID_BYTES
BODY = HEADER_BYTES + NONCE_BYTES
OVERHEAD = BODY + 16


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
    names = table.encode(), column.encode(), tenant.bytes if tenant else b""
    return header + b"".join(bytes((len(name),)) + name for name in names)


def _associated(header: bytes, place: Place) -> bytes:
    return _prefix(header, place.table, place.column, place.tenant) + place.row.bytes


def key_id_of(blob: bytes) -> bytes:
    """The id of the data key that a ciphertext names."""
    return bytes(blob[len(FORMAT) : HEADER_BYTES])


def _moved(table: str, column: str) -> SealError:
    return SealError(f"{table}.{column}: the ciphertext was damaged or moved from elsewhere.")


def seal(keyring: Keyring, place: Place, plain: bytes) -> Sealed:
    """Encrypt `plain` for one place, under its owner's active key.

    Raises:
        KeyDestroyedError: the owner's keys were destroyed.
        KeyMissingError: what wraps its key is not here.
    """
    key_id, cipher = keyring.sealing(place.tenant)
    header, nonce = FORMAT + key_id, os.urandom(NONCE_BYTES)
    return Sealed(header + nonce + cipher.encrypt(nonce, plain, _associated(header, place)))


def unseal(keyring: Keyring, place: Place, blob: bytes) -> bytes:
    """Decrypt what `seal` made for the same place.

    Raises:
        SealError: not our format, damaged, or made for another place.
        KeyDestroyedError: the key it names was destroyed.
        UnknownKeyError: its owner has no key of the id it names.
        KeyMissingError: what wraps its key is not here.
    """
    if len(blob) < OVERHEAD or blob[:1] != FORMAT:
        raise SealError(f"{place.table}.{place.column}: not a ciphertext of format 1.")
    header, nonce = blob[:HEADER_BYTES], blob[HEADER_BYTES:BODY]
    cipher = keyring.opening(place.tenant, header[1:])
    try:
        return cipher.decrypt(nonce, blob[BODY:], _associated(header, place))
    except InvalidTag:
        raise _moved(place.table, place.column) from None


def unseal_rows(
    keyring: Keyring,
    table: str,
    column: str,
    rows: Iterable[tuple[UUID | None, UUID, bytes | None]],
    read: Callable[[bytes], T],
) -> list[T | None]:
    """`unseal` for the values of one column, in rows that follow each other under the same key: it is looked up once for them.

    Args:
        rows: tenant, row and ciphertext of each value; None stays None.
        read: what a plain value is turned into.

    Raises:
        As `unseal`.
    """
    opened: list[T | None] = []
    owner, header, prefix = None, b"", b""
    decrypt: Callable[[bytes, bytes, bytes], bytes] | None = None
    try:
        for tenant, row, blob in rows:
            if blob is None:
                opened.append(None)
            elif decrypt and owner == (tenant and tenant.int) and blob.startswith(header) and len(blob) >= OVERHEAD:
                plain = decrypt(blob[HEADER_BYTES:BODY], blob[BODY:], prefix + row.int.to_bytes(16))
                opened.append(read(plain))
            else:
                # The first of each key goes the long way, on which everything is checked.
                opened.append(read(unseal(keyring, Place(table, column, tenant, row), blob)))
                owner, header = tenant and tenant.int, blob[:HEADER_BYTES]
                decrypt = keyring.opening(tenant, key_id_of(blob)).decrypt
                prefix = _prefix(header, table, column, tenant)
    except InvalidTag:
        raise _moved(table, column) from None
    return opened
