"""New data keys, new root keys, and the old ones taken away."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from flask import Flask

from aerostic.db import db, new_id
from aerostic.keys.rotating import owners, rewrap, rotate
from aerostic.security.envelope import Place
from aerostic.security.errors import KeyMissingError
from aerostic.security.keyring import Keyring
from aerostic.security.roots import RootKeys
from aerostic.security.store import DatabaseStore
from aerostic.security.vault import keyring, open_text, seal_text, use_keyring
from aerostic.settings import Settings
from tests.core.keys.people import acts, data_keys, expected, opened, people, under

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def _own_keyring(app: Flask) -> Iterator[None]:
    """The process's keyring is as before afterwards."""
    before = keyring()
    yield
    use_keyring(before)
    rewrap()


def with_roots(settings: Settings, **keys: bytes) -> None:
    """Go on as a process with these root keys."""
    use_keyring(Keyring(RootKeys(keys), DatabaseStore(settings.database_url)))


def test_a_rotated_key_opens_and_the_new_one_seals(app: Flask) -> None:
    tenant_id = people(3)
    [old] = data_keys(tenant_id)
    new = rotate(tenant_id)
    assert new is not None
    assert (opened(tenant_id), under(tenant_id)) == (expected(3), {old.id})
    assert [(key.state, key.version) for key in data_keys(tenant_id)] == [("opens_only", 1), ("active", 2)]
    assert keyring().sealing(tenant_id)[0] == new.id
    [(action, after)] = acts(tenant_id)
    assert (action, after) == ("encryption.rotated", {"key_id": f"0x{new.id.hex()}", "version": 2})


def test_index_and_audit_keys_do_not_rotate(app: Flask) -> None:
    tenant_id = people(1)
    before = [data_keys(tenant_id, purpose)[0].id for purpose in ("index", "audit")]
    rotate(tenant_id)
    assert [[key.id for key in data_keys(tenant_id, purpose)] for purpose in ("index", "audit")] == [
        [i] for i in before
    ]


def test_an_owner_without_keys_has_none_to_rotate(app: Flask) -> None:
    assert rotate(new_id()) is None


def test_two_who_rotate_at_once_leave_one_active_key(app: Flask) -> None:
    tenant_id = people(1)

    def one(_: int) -> None:
        with app.app_context():
            rotate(tenant_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(8)))
    assert [key.state for key in data_keys(tenant_id)].count("active") == 1
    assert opened(tenant_id) == expected(1)


def test_first_keys_that_many_make_at_once_are_those_of_one(app: Flask, settings: Settings) -> None:
    tenant_id = new_id()

    def one(_: int) -> tuple[bytes, bytes, bytes]:
        own = Keyring(keyring().provider, DatabaseStore(settings.database_url))
        return own.sealing(tenant_id)[0], own.index_key(tenant_id, "x.y"), own.audit_key_id(tenant_id)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(16)))) == 1
    assert tenant_id in owners()


@pytest.mark.usefixtures("_own_keyring")
def test_after_rewrapping_the_old_root_key_can_be_taken_out(app: Flask, settings: Settings) -> None:
    tenant_id = people(2)
    with_roots(settings, new1=NEW)
    with pytest.raises(KeyMissingError, match=r"'tst1'.*rewrap"):
        opened(tenant_id)
    with_roots(settings, new1=NEW, tst1=OLD)
    assert rewrap() > 0
    assert rewrap() == 0
    with_roots(settings, new1=NEW)
    assert opened(tenant_id) == expected(2)
    assert {key.kek_id for key in data_keys(tenant_id)} == {"new1"}
    assert acts(None)[-1][0] == "encryption.rewrapped"
    with_roots(settings, tst1=OLD, new1=NEW)
    rewrap()


def test_a_key_is_read_while_every_connection_of_the_pool_is_held(app: Flask) -> None:
    with ExitStack() as held:
        for _ in range(db.engine.pool.size() + db.engine.pool._max_overflow):
            held.enter_context(db.engine.connect())
        place = Place("contact", "phone", new_id(), new_id())
        assert open_text(place, seal_text(place, "+16505550000")) == "+16505550000"
