"""The ciphertext format: frozen, bound to its place, and closed to every change."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.security import envelope
from aerostic.security.data_keys import StoredKey, binding
from aerostic.security.envelope import OVERHEAD, Place, Sealed, seal, unseal
from aerostic.security.errors import KeyDestroyedError, KeyMissingError, SealError
from aerostic.security.keyring import Keyring
from tests.support.keys import MemoryStore, PlainProvider

PLACE = Place("contact", "phone", UUID(int=1), UUID(int=2))
ELSEWHERE = [
    PLACE._replace(table="contacts"),
    PLACE._replace(column="email"),
    PLACE._replace(tenant=UUID(int=3)),
    PLACE._replace(tenant=None),
    PLACE._replace(row=UUID(int=3)),
    PLACE._replace(table="contactp", column="hone"),
]
VECTOR = bytes.fromhex("016b3030316465666768696a6b6c6d6e6f632fe7574cd864ad0a5769dfe25c3e1c9f42c3e1475453a149307b4ddcac")
PLATFORM_VECTOR = bytes.fromhex(
    "016b3030316465666768696a6b6c6d6e6f632fe7574cd864ad0a5769dfe25cc481d8439ffb5f171498b8a8731406c0"
)
PROVIDER = PlainProvider()


def stored(tenant: UUID | None, key_id: bytes, key: bytes = bytes(range(32)), version: int = 1) -> StoredKey:
    wrapped = PROVIDER.wrap(key, binding(tenant, "data", key_id))
    return StoredKey(tenant, key_id, "data", version, "active", wrapped)


def keyring(*keys: StoredKey) -> Keyring:
    return Keyring(PROVIDER, MemoryStore(*keys))


OURS = stored(PLACE.tenant, b"k001")
KEYS = keyring(OURS, stored(None, b"k001"), stored(UUID(int=3), b"k001"))


def test_the_format_is_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope.os, "urandom", lambda count: bytes(range(100, 100 + count)))
    assert seal(KEYS, PLACE, b"+4915123456789") == VECTOR
    assert seal(KEYS, PLACE._replace(tenant=None), b"+4915123456789") == PLATFORM_VECTOR


def test_what_was_sealed_by_an_earlier_version_still_opens() -> None:
    assert unseal(KEYS, PLACE, VECTOR) == b"+4915123456789"
    assert unseal(KEYS, PLACE._replace(tenant=None), PLATFORM_VECTOR) == b"+4915123456789"


def test_a_ciphertext_is_33_bytes_longer_and_names_format_and_key() -> None:
    blob = seal(KEYS, PLACE, b"x" * 200)
    assert (len(blob), OVERHEAD, blob[:5]) == (233, 33, b"\x01k001")


def test_every_sealing_has_a_nonce_of_its_own() -> None:
    assert len({seal(KEYS, PLACE, b"same") for _ in range(100)}) == 100


@pytest.mark.parametrize("position", range(len(VECTOR)))
def test_any_flipped_byte_is_refused(position: int) -> None:
    for bit in range(8):
        blob = bytearray(VECTOR)
        blob[position] ^= 1 << bit
        with pytest.raises((SealError, KeyMissingError)):
            unseal(KEYS, PLACE, bytes(blob))


@pytest.mark.parametrize("length", range(len(VECTOR)))
def test_a_cut_ciphertext_is_refused(length: int) -> None:
    with pytest.raises(SealError):
        unseal(KEYS, PLACE, VECTOR[:length])


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_ciphertext_that_was_moved_does_not_open(place: Place) -> None:
    with pytest.raises(SealError, match="damaged or moved"):
        unseal(KEYS, place, VECTOR)


def test_a_key_id_swapped_for_another_of_the_same_owner_does_not_open() -> None:
    both = keyring(replace(OURS, state="opens_only"), stored(PLACE.tenant, b"k002", version=2))
    assert unseal(both, PLACE, VECTOR) == b"+4915123456789"
    with pytest.raises(SealError):
        unseal(both, PLACE, b"\x01k002" + VECTOR[5:])


def test_another_key_under_the_same_id_does_not_open() -> None:
    with pytest.raises(SealError):
        unseal(keyring(stored(PLACE.tenant, b"k001", bytes(32))), PLACE, VECTOR)


def test_a_key_of_another_owner_never_opens() -> None:
    """Not even the same key under the same id: the owner is bound, too, and each looks among its own keys alone."""
    with pytest.raises(SealError):
        unseal(KEYS, PLACE._replace(tenant=UUID(int=3)), VECTOR)
    with pytest.raises(KeyMissingError):
        unseal(keyring(stored(UUID(int=3), b"k001")), PLACE, VECTOR)


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(KeyMissingError, match=b"k001".hex()):
        unseal(keyring(stored(PLACE.tenant, b"k002")), PLACE, VECTOR)


def test_an_old_key_opens_and_the_new_one_seals() -> None:
    rotated = keyring(replace(OURS, state="opens_only"), stored(PLACE.tenant, b"k002", bytes(32), version=2))
    assert unseal(rotated, PLACE, VECTOR) == b"+4915123456789"
    assert seal(rotated, PLACE, b"x")[1:5] == b"k002"


def test_a_destroyed_key_neither_opens_nor_seals() -> None:
    erased = keyring(replace(OURS, state="destroyed", wrapped=None))
    with pytest.raises(KeyDestroyedError, match="erased"):
        unseal(erased, PLACE, VECTOR)
    with pytest.raises(KeyDestroyedError, match="erased"):
        seal(erased, PLACE, b"x")


def test_no_message_holds_a_value() -> None:
    with pytest.raises(SealError) as caught:
        unseal(KEYS, PLACE, b"+4915123456789 in plain text, and long enough")
    assert "49151" not in str(caught.value)


names = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=63)


@given(st.binary(max_size=300), names, names, st.uuids() | st.none(), st.uuids())
def test_what_is_sealed_opens_in_its_place(
    plain: bytes, table: str, column: str, tenant: UUID | None, row: UUID
) -> None:
    place = Place(table, column, tenant, row)
    keys = keyring()
    blob = seal(keys, place, plain)
    assert isinstance(blob, Sealed)
    assert unseal(keys, place, blob) == plain
    with pytest.raises(SealError):
        unseal(keys, place._replace(row=UUID(int=row.int ^ 1)), blob)
