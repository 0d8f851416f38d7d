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
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag

from aerostic.security.data_keys import KEY_ID_BYTES
from aerostic.security.errors import SealError
from aerostic.security.keyring import Keyring

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
    keyring: Keyring, table: str, column: str, rows: Iterable[tuple[UUID | None, UUID, bytes | None]]
) -> Iterator[bytes | None]:
    """`unseal` for the values of one column, where the same few keys open them all: each is looked up once.

    Args:
        rows: tenant, row and ciphertext of each value; None stays None.

    Raises:
        As `unseal`.
    """
    known: dict[tuple[int, bytes], tuple[Callable[[bytes, bytes, bytes], bytes], bytes]] = {}
    for tenant, row, blob in rows:
        if blob is None:
            yield None
            continue
        which = (tenant.int if tenant else -1, blob[:HEADER_BYTES])
        found = known.get(which)
        if found is None or len(blob) < OVERHEAD:
            # The first of each key goes the long way, on which everything is checked.
            yield unseal(keyring, Place(table, column, tenant, row), blob)
            cipher = keyring.opening(tenant, key_id_of(blob))
            known[which] = cipher.decrypt, _prefix(which[1], table, column, tenant)
            continue
        decrypt, prefix = found
        try:
            plain = decrypt(blob[HEADER_BYTES:BODY], blob[BODY:], prefix + row.bytes)
        except InvalidTag:
            raise _moved(table, column) from None
        yield plain
