"""Fingerprints find copies of a text however it is disguised, and give nothing of it away."""

from collections.abc import Callable

import numpy as np
import pytest

from aerostic.security.keyring import Keyring
from aerostic.security.vault import keyring, use_keyring
from aerostic.streams.observed import fingerprints
from aerostic.streams.observed.fingerprints import NOTHING, Remembered, fingerprint, likeness, minhash, read
from aerostic.streams.observed.normalising import bare, domains, masked
from tests.support.texts import Writer

MESSAGES = 400
KEYS = [bytes([number]) * 32 for number in range(4)]
pytestmark = pytest.mark.usefixtures("app")
# How many of a thousand changed copies are found, at least: by one of ten bands of three values, and by three values in ten
# that agree. Measured over 1,000: see docs/detection-observations.md.
RECALL = {
    "name, number, link": (0.95, 0.99),
    "20 % of words": (0.72, 0.95),
    "6 % of characters": (0.72, 0.94),
    "look-alikes, zero-width": (1.0, 1.0),
    "halves swapped": (0.98, 0.99),
    "name, number, link, 10 % of words": (0.78, 0.95),
}


def bands(print_: str) -> set[tuple[int, ...]]:
    """Ten bands of three values, each with its place."""
    values = read(print_)
    return {(place, *map(int, values[3 * place : 3 * place + 3])) for place in range(10)}


@pytest.mark.parametrize("name", RECALL)
def test_a_changed_copy_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash functions are those of a key, and of another key find a few more or less: some keys stand for all."""
    found = alike = 0
    for key in KEYS:
        monkeypatch.setattr(fingerprints, "_key", lambda key=key: key)
        writer = Writer(20)
        change: Callable[[str], str] = writer.changes()[name]
        for _ in range(MESSAGES):
            text = writer.message()
            one, other = fingerprint(text), fingerprint(change(text))
            found += bool(bands(one.print) & bands(other.print))
            alike += likeness(one.print, other.print) >= 0.3
    of = MESSAGES * len(KEYS)
    assert (found / of >= RECALL[name][0], alike / of >= RECALL[name][1]) == (True, True)


def test_texts_that_have_nothing_to_do_with_each_other_are_not_taken_for_copies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fingerprints, "_key", lambda: KEYS[0])
    writer = Writer(21)
    prints = np.stack([read(fingerprint(writer.message()).print) for _ in range(MESSAGES)])
    pairs = [float((prints[place + 1 :] == prints[place]).mean(axis=1).max(initial=0)) for place in range(MESSAGES)]
    assert sum(likest >= 0.5 for likest in pairs) == 0


def test_the_share_of_equal_values_estimates_what_two_texts_share() -> None:
    writer, errors = Writer(22), []
    for _ in range(MESSAGES):
        text = writer.message()
        other = writer.other_words(text)
        one_set, other_set = shingles(text), shingles(other)
        shared = len(one_set & other_set) / len(one_set | other_set)
        errors.append(likeness(fingerprint(text).print, fingerprint(other).print) - shared)
    assert abs(float(np.mean(errors))) < 0.02
    assert float(np.std(errors)) < 0.11


def shingles(text: str) -> set[bytes]:
    """Every five bytes of what a text comes down to."""
    words = masked(bare(text)).encode()
    return {words[place : place + 5] for place in range(len(words) - 4)}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Only 49,90 € until 24.12.!", "only 0 until 0"),
        ("See https://shop.example/a?b=c now", "see \u029f now"),
        ("Shop.Example/x or ann@mail.example", "\u029f or \u029f"),
        ("FR\u200bEE m\u043en\u0435\u0443", "free money"),
        ("Ｆｒｅｅ　ｇｉｆｔ", "free gift"),
        ("Hello {{1}}, your order {{order}}", "hello 0 your order order"),
        ("👍 !!", ""),
    ],
)
def test_the_disguise_comes_off(text: str, plain: str) -> None:
    assert masked(bare(text)) == plain


def test_domains_are_told_as_they_are_registered() -> None:
    text = bare(
        "http://a.b.Evil.example/x www.evil.example shop.co.uk/y https://me:pw@x.shop.co.uk mail@post.example v1.2"
    )
    assert domains(text) == ["evil.example", "shop.co.uk", "post.example"]


def test_a_text_without_words_has_no_fingerprint() -> None:
    assert fingerprint("👍") == NOTHING


def test_links_are_pseudonyms_and_the_same_whoever_links_there() -> None:
    one, other = fingerprint("Buy at https://evil.example/a"), fingerprint("Win on www.evil.example")
    assert one.links == other.links
    assert [len(link) for link in one.links] == [16]


def test_a_very_long_text_costs_no_more_than_its_beginning() -> None:
    assert fingerprint("word " * 100_000).print == fingerprint("word " * 820).print


def test_a_text_shorter_than_a_shingle_has_one() -> None:
    assert len(read(fingerprint("yes").print)) == 32


def test_another_platform_has_other_fingerprints() -> None:
    class Other(Keyring):
        """Keys of another platform."""

        def __init__(self) -> None:
            """Without a store."""

        def index_key(self, tenant_id: object, column: str) -> bytes:
            """Another key."""
            return b"another platform's key, 32 bytes"

    ours, before = fingerprint("Free gift for everybody"), keyring()
    use_keyring(Other())
    try:
        theirs = fingerprint("Free gift for everybody")
    finally:
        use_keyring(before)
    assert ours.exact != theirs.exact
    assert likeness(ours.print, theirs.print) < 0.2


def test_what_is_remembered_is_bounded() -> None:
    remembered = Remembered(2)
    for number in range(3):
        remembered.put(bytes([number]), str(number))
    assert [remembered.get(bytes([number])) for number in range(3)] == [None, "1", "2"]


def test_equal_values_of_a_print_are_rare_by_chance() -> None:
    rng = np.random.default_rng(5)
    functions = rng.integers(0, 2**63, 32, dtype=np.uint64) | np.uint64(1)
    prints = [minhash(rng.bytes(100), functions) for _ in range(200)]
    equal = [np.mean(one == other) for place, one in enumerate(prints) for other in prints[:place]]
    assert float(np.mean(equal)) < 0.001
