"""The root keys: what is refused, and what they wrap opens nowhere else."""

import base64
from pathlib import Path

import pytest

from aerostic.security import roots
from aerostic.security.errors import KeyMissingError, SealError
from aerostic.security.providers import KeyProvider, Wrapped
from aerostic.security.roots import RootKeys
from aerostic.settings import Settings

ONE, TWO = bytes(range(32)), bytes(range(32, 64))
KEYS = RootKeys({"k001": ONE})
KEY, BINDING = bytes(range(64, 96)), b"whose and what for"
VECTOR = bytes.fromhex(
    "6465666768696a6b6c6d6e6f630ed664f447d2925a9da46fc3b05392c9eedeec537564562922ba9617746c69583a7e994f145353d55770316a20a552"
)


def written(key: bytes) -> str:
    return base64.b64encode(key).decode()


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)


@pytest.mark.parametrize("text", ["", " , ", "\n"])
def test_no_key_is_an_error_that_says_how_to_get_one(text: str) -> None:
    with pytest.raises(KeyMissingError, match="aerostic keys new"):
        RootKeys.parse(text)


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
        "kéy:" + written(ONE),
        "k001:not-base64!",
        "k001:é",
        written(ONE) + ":k001!",
        "k001:" + written(ONE) + ",k002:" + written(TWO[:16]),
        "A" + written(ONE) + "?",
    ],
)
def test_a_malformed_key_is_an_error_without_the_key_in_it(text: str) -> None:
    with pytest.raises(KeyMissingError) as caught:
        RootKeys.parse(text)
    assert "AEROSTIC_KEYS" in str(caught.value)
    assert written(ONE) not in str(caught.value)


def test_the_same_key_id_twice_is_refused() -> None:
    with pytest.raises(KeyMissingError, match="same id"):
        RootKeys.parse(f"k001:{written(ONE)},k001:{written(TWO)}")


def test_the_first_key_wraps_and_all_of_them_open() -> None:
    both = RootKeys.parse(f"k002:{written(TWO)}, k001:{written(ONE)}")
    assert both.wrap(KEY, BINDING).kek_id == "k002"
    assert both.unwrap(KEYS.wrap(KEY, BINDING), BINDING) == KEY


def test_they_are_a_key_provider() -> None:
    assert isinstance(KEYS, KeyProvider)


def test_the_format_is_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots.os, "urandom", lambda count: bytes(range(100, 100 + count)))
    assert KEYS.wrap(KEY, BINDING) == Wrapped("k001", VECTOR)


def test_what_was_wrapped_by_an_earlier_version_still_opens() -> None:
    assert KEYS.unwrap(Wrapped("k001", VECTOR), BINDING) == KEY


@pytest.mark.parametrize("position", range(len(VECTOR)))
def test_any_flipped_byte_is_refused(position: int) -> None:
    blob = bytearray(VECTOR)
    blob[position] ^= 1
    with pytest.raises(SealError):
        KEYS.unwrap(Wrapped("k001", bytes(blob)), BINDING)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 59])
def test_a_cut_key_is_refused(length: int) -> None:
    with pytest.raises(SealError):
        KEYS.unwrap(Wrapped("k001", VECTOR[:length]), BINDING)


def test_a_key_that_was_moved_does_not_open() -> None:
    with pytest.raises(SealError, match="moved"):
        KEYS.unwrap(Wrapped("k001", VECTOR), b"another's")


def test_another_root_key_under_the_same_id_does_not_open() -> None:
    with pytest.raises(SealError, match="another key under that id"):
        RootKeys({"k001": TWO}).unwrap(Wrapped("k001", VECTOR), BINDING)


def test_a_root_key_that_was_taken_out_too_early_is_named() -> None:
    with pytest.raises(KeyMissingError, match=r"'k001'.*rewrap"):
        RootKeys({"k002": TWO}).unwrap(Wrapped("k001", VECTOR), BINDING)


def test_keys_come_from_a_file_whose_lines_may_be_apart(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"k002:{written(TWO)}\nk001:{written(ONE)}\n")
    keys = RootKeys.of(settings(keys_file=file))
    assert (keys.newest, keys.unwrap(Wrapped("k001", VECTOR), BINDING)) == ("k002", KEY)


def test_a_file_that_is_not_there_and_one_beside_the_variable_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError, match="cannot be read"):
        RootKeys.of(settings(keys_file=tmp_path / "none"))
    with pytest.raises(KeyMissingError, match="Keep one"):
        RootKeys.of(settings(keys=f"k001:{written(ONE)}", keys_file=tmp_path / "none"))


def test_an_empty_setting_is_none():
    settings = Settings(_env_file=None, AEROSTIC_KEYS_FILE="", AEROSTIC_KEY_PROVIDER="")
    assert (settings.keys_file, settings.key_provider) == (None, "local")
