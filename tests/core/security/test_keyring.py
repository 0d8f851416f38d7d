"""Keys: what is refused, and that every use has a key of its own."""

import base64
from uuid import UUID

import pytest

from aerostic.security import vault
from aerostic.security.errors import KeyMissingError
from aerostic.security.keyring import Keyring
from aerostic.security.vault import blind_index, use_keyring

ONE, TWO = bytes(range(32)), bytes(range(32, 64))
TENANT, OTHER = UUID(int=1), UUID(int=2)


def written(key: bytes) -> str:
    return base64.b64encode(key).decode()


@pytest.fixture
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "_keyring", None)


def test_no_key_is_an_error_that_says_how_to_get_one() -> None:
    with pytest.raises(KeyMissingError, match="aerostic keys new"):
        Keyring.parse("")
    with pytest.raises(KeyMissingError, match="aerostic keys new"):
        Keyring.parse(" , ")


@pytest.mark.parametrize(
    "text",
    [
        "k001:" + written(ONE[:31]),
        "k001:" + written(ONE + b"x"),
        "k001:",
        "k001",
        "k1:" + written(ONE),
        "k00001:" + written(ONE),
        ":" + written(ONE),
        "kéy:" + written(ONE)[:10],
        "k001:not base64!",
        "k001:é",
        written(ONE) + ":k001!",
        "k001:" + written(ONE) + ",k002:" + written(TWO[:16]),
    ],
)
def test_a_malformed_key_is_an_error_without_the_key_in_it(text: str) -> None:
    with pytest.raises(KeyMissingError) as caught:
        Keyring.parse(text)
    assert "AEROSTIC_KEYS" in str(caught.value)
    assert written(ONE) not in str(caught.value)


def test_an_entry_without_a_colon_is_not_printed() -> None:
    with pytest.raises(KeyMissingError) as caught:
        Keyring.parse("A" + written(ONE) + "?")
    assert written(ONE) not in str(caught.value)


def test_the_same_key_id_twice_is_refused() -> None:
    with pytest.raises(KeyMissingError, match="same id"):
        Keyring.parse(f"k001:{written(ONE)},k001:{written(TWO)}")


def test_the_first_key_encrypts() -> None:
    assert Keyring.parse(f"k002:{written(TWO)}, k001:{written(ONE)}").current == b"k002"


def test_without_a_keyring_everything_refuses(_keys: None) -> None:
    with pytest.raises(KeyMissingError, match="AEROSTIC_KEYS"):
        blind_index(TENANT, "contact.phone", "+4915123456789")


def test_a_blind_index_differs_between_tenants_columns_and_values(_keys: None) -> None:
    use_keyring(Keyring({"k001": ONE}))
    found = {
        blind_index(tenant, column, value)
        for tenant in (TENANT, OTHER, None)
        for column in ("contact.phone", "contact.email")
        for value in ("+4915123456789", "+4915123456780")
    }
    assert len(found) == 12
    assert {len(digest) for digest in found} == {16}


def test_a_blind_index_is_frozen_and_survives_a_new_first_key(_keys: None) -> None:
    use_keyring(Keyring({"k001": ONE}))
    before = blind_index(TENANT, "contact.phone", "+4915123456789")
    use_keyring(Keyring({"k002": TWO, "k001": ONE}))
    assert blind_index(TENANT, "contact.phone", "+4915123456789") == before
    assert before.hex() == "8469f869f2d319018b61cb9b78651eea"
