"""The keyring: who has which key, and how long a process believes what it has read."""

from dataclasses import replace
from uuid import UUID

import pytest

from aerostic.security import vault
from aerostic.security.data_keys import StoredKey, binding, new_key
from aerostic.security.envelope import Place, seal, unseal
from aerostic.security.errors import KeyDestroyedError, KeyMissingError, SealError
from aerostic.security.keyring import SECONDS, Keyring
from aerostic.security.roots import RootKeys
from aerostic.security.vault import blind_index, use_keyring
from tests.support.keys import MemoryStore, PlainProvider

TENANT, OTHER = UUID(int=1), UUID(int=2)
PLACE = Place("contact", "phone", TENANT, UUID(int=9))
PROVIDER = PlainProvider()


class Clock:
    """A clock that stands."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def keyring(store: MemoryStore, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """The process's own for this test."""
    monkeypatch.setattr(vault, "_keyring", None)
    made = Keyring(PROVIDER, store, clock)
    use_keyring(made)
    return made


def of(store: MemoryStore, purpose: str, tenant: UUID | None = TENANT) -> list[StoredKey]:
    return [key for key in store.read(tenant) if key.purpose == purpose]


def rotate(store: MemoryStore) -> None:
    [old] = of(store, "data")
    store.put(replace(old, state="opens_only"))
    store.put(new_key(PROVIDER, TENANT, "data", 2))


def destroy(store: MemoryStore) -> None:
    for key in of(store, "data") + of(store, "index"):
        store.put(replace(key, state="destroyed", wrapped=None))


def test_without_a_keyring_everything_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "_keyring", None)
    with pytest.raises(KeyMissingError, match="AEROSTIC_KEYS"):
        blind_index(TENANT, "contact.phone", "+4915123456789")


def test_an_owner_gets_its_keys_when_the_first_is_needed(keyring: Keyring, store: MemoryStore) -> None:
    seal(keyring, PLACE, b"x")
    seal(keyring, PLACE._replace(tenant=OTHER), b"x")
    seal(keyring, PLACE._replace(tenant=None), b"x")
    made = [key for tenant in (TENANT, OTHER, None) for key in store.read(tenant)]
    assert [key.purpose for key in made] == ["data", "index", "audit"] * 3
    assert len({key.id for key in made}) == len({key.unwrapped(PROVIDER) for key in made}) == 9


def test_opening_makes_no_key(keyring: Keyring, store: MemoryStore) -> None:
    with pytest.raises(KeyMissingError):
        unseal(keyring, PLACE, b"\x01k001" + bytes(40))
    assert store.read(TENANT) == []


def test_who_comes_second_takes_the_keys_of_the_first(keyring: Keyring, store: MemoryStore) -> None:
    """Two processes make keys for one owner at once: each has read that there are none."""

    class Late(MemoryStore):
        def add(self, keys: object) -> None:
            self.keys.update(store.keys)

    blob = seal(keyring, PLACE, b"x")
    assert Keyring(PROVIDER, Late()).sealing(TENANT)[0] == blob[1:5]


def test_a_value_costs_no_question(keyring: Keyring, store: MemoryStore, clock: Clock) -> None:
    blob = seal(keyring, PLACE, b"x")
    before = store.reads
    for _ in range(1_000):
        clock.now += SECONDS / 1_001
        assert unseal(keyring, PLACE, seal(keyring, PLACE, b"x")) == unseal(keyring, PLACE, blob)
    assert store.reads == before


def test_a_rotation_is_known_after_a_minute(keyring: Keyring, store: MemoryStore, clock: Clock) -> None:
    before = seal(keyring, PLACE, b"x")
    rotate(store)
    clock.now += SECONDS - 1
    assert seal(keyring, PLACE, b"x")[1:5] == before[1:5]
    clock.now += 1
    assert seal(keyring, PLACE, b"x")[1:5] == of(store, "data")[1].id
    assert unseal(keyring, PLACE, before) == b"x"


def test_what_another_process_sealed_with_a_newer_key_opens_at_once(keyring: Keyring, store: MemoryStore) -> None:
    seal(keyring, PLACE, b"x")
    rotate(store)
    newer = seal(Keyring(PROVIDER, store), PLACE, b"newer")
    assert unseal(keyring, PLACE, newer) == b"newer"


def test_a_destruction_is_known_after_a_minute(keyring: Keyring, store: MemoryStore, clock: Clock) -> None:
    blob = seal(keyring, PLACE, b"x")
    blind_index(TENANT, "contact.phone", "x")
    destroy(store)
    clock.now += SECONDS
    for refused in (
        lambda: unseal(keyring, PLACE, blob),
        lambda: seal(keyring, PLACE, b"x"),
        lambda: blind_index(TENANT, "contact.phone", "x"),
    ):
        with pytest.raises(KeyDestroyedError):
            refused()
    assert keyring.audit_key(TENANT, keyring.audit_key_id(TENANT), "entries")


def test_the_keys_of_an_owner_nobody_asks_for_leave_the_memory(
    keyring: Keyring, store: MemoryStore, clock: Clock
) -> None:
    seal(keyring, PLACE, b"x")
    clock.now += SECONDS
    seal(keyring, PLACE._replace(tenant=OTHER), b"x")
    assert list(keyring._owned) == [OTHER]


def test_a_blind_index_differs_between_tenants_columns_and_values(keyring: Keyring) -> None:
    found = {
        blind_index(tenant, column, value)
        for tenant in (TENANT, OTHER, None)
        for column in ("contact.phone", "contact.email")
        for value in ("+4915123456789", "+4915123456780")
    }
    assert len(found) == 12
    assert {len(digest) for digest in found} == {16}


def test_a_blind_index_is_frozen_and_survives_a_rotation(keyring: Keyring, store: MemoryStore, clock: Clock) -> None:
    key = PROVIDER.wrap(bytes(range(32)), binding(TENANT, "index", b"i001"))
    store.put(StoredKey(TENANT, b"i001", "index", 1, "active", key))
    seal(keyring, PLACE, b"x")
    before = blind_index(TENANT, "contact.phone", "+4915123456789")
    rotate(store)
    clock.now += SECONDS
    assert blind_index(TENANT, "contact.phone", "+4915123456789") == before
    assert before.hex() == "0726241507d4f1fa621556b8f4ec51b1"


def test_keys_of_one_purpose_serve_no_other(keyring: Keyring, store: MemoryStore) -> None:
    seal(keyring, PLACE, b"x")
    [index] = of(store, "index")
    with pytest.raises(KeyMissingError, match="no data key"):
        keyring.opening(TENANT, index.id)
    with pytest.raises(KeyMissingError, match="no audit key"):
        keyring.audit_key(TENANT, index.id, "entries")


def test_after_rewrapping_the_old_root_key_is_needed_no_more(store: MemoryStore) -> None:
    old = RootKeys({"k001": bytes(32)})
    blob = seal(Keyring(old, store), PLACE, b"x")
    both = RootKeys({"k002": bytes(range(32)), "k001": bytes(32)})
    for key in store.read(TENANT):
        store.put(replace(key, wrapped=key.rewrapped(both)))
    assert unseal(Keyring(RootKeys({"k002": bytes(range(32))}), store), PLACE, blob) == b"x"
    with pytest.raises(KeyMissingError, match="'k002'"):
        unseal(Keyring(old, store), PLACE, blob)


def test_a_wrapped_key_that_was_given_to_another_owner_does_not_open(store: MemoryStore) -> None:
    roots = RootKeys({"k001": bytes(32)})
    blob = seal(Keyring(roots, store), PLACE, b"x")
    for key in store.read(TENANT):
        store.put(replace(key, tenant_id=OTHER))
    with pytest.raises(SealError, match="damaged or moved"):
        unseal(Keyring(roots, store), PLACE._replace(tenant=OTHER), blob)
