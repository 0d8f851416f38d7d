"""Fingerprints of texts: near-duplicates have similar ones, and nobody gets a text, or even a guess of one, out of them.

MinHash: each of 32 hash functions sees every five bytes of the text, and keeps the least of what comes out; the share of
functions that agree on two texts estimates how much of them is the same. The functions are keyed by the platform.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from aerostic.security.vault import keyring
from aerostic.streams.observed.normalising import bare, domains, masked
from aerostic.streams.observed.pseudonyms import pseudonym

VALUES = 32
SHINGLE = 5
DIGEST_BYTES = 8
MOST_LINKS = 8
REMEMBERED = 10_000
USE = "observed.text"
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The fields `exact`, `print` and `links` of an observation; empty for a text without words."""

    exact: str = ""
    print: str = ""
    links: tuple[str, ...] = ()

    def fields(self) -> dict[str, object]:
        """As an observation has them."""
        return {"exact": self.exact, "print": self.print, "links": list(self.links)}


NOTHING = Fingerprint()


class Remembered:
    """Fingerprints that were computed lately, by digest; the oldest go first. No text is kept."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._known: dict[bytes, str] = {}
        self._lock = Lock()

    def get(self, digest: bytes) -> str | None:
        """The print of a text that was seen before."""
        return self._known.get(digest)

    def put(self, digest: bytes, value: str) -> None:
        """Remember one more."""
        with self._lock:
            if len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[digest] = value


_remembered = Remembered()


def fingerprint(text: str) -> Fingerprint:
    """What detectors learn of a text. Some 20 microseconds where the same was seen lately, 60 otherwise."""
    plain = bare(text)
    words = masked(plain).encode()
    links = tuple(pseudonym("link", domain) for domain in domains(plain)[:MOST_LINKS])
    if not words:
        return NOTHING
    digest = hashlib.blake2b(words, digest_size=DIGEST_BYTES, key=_key()).digest()
    found = _remembered.get(digest)
    if found is None:
        found = base64.b64encode(minhash(words, _functions(_key())).tobytes()).decode()
        _remembered.put(digest, found)
    return Fingerprint(digest.hex(), found, links)


def minhash(words: bytes, functions: Words) -> NDArray[np.uint16]:
    """The least of every function over the shingles of a text, 16 bits of each."""
    single = np.frombuffer(words.ljust(SHINGLE), dtype=np.uint8).astype(np.uint64)
    shingles = single[: len(single) - SHINGLE + 1].copy()
    for place in range(1, SHINGLE):
        shingles |= single[place : len(single) - SHINGLE + 1 + place] << np.uint64(8 * place)
    shingles *= np.uint64(0x9E3779B97F4A7C15)
    shingles ^= shingles >> np.uint64(29)
    least = (shingles[None, :] * functions[:, None]).min(axis=1)
    # The high bits of a minimum are nearly always nought: the low ones tell texts apart.
    return ((least * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(48)).astype("<u2")


def read(text: str) -> NDArray[np.uint16]:
    """The values of a print."""
    return np.frombuffer(base64.b64decode(text), dtype="<u2")


def likeness(one: str, other: str) -> float:
    """The share of values that two prints have in common, in 0..1."""
    return float(np.mean(read(one) == read(other)))


def _key() -> bytes:
    return keyring().index_key(None, USE)


@lru_cache(4)
def _functions(key: bytes) -> Words:
    raw = hashlib.shake_256(b"minhash" + key).digest(8 * VALUES)
    return np.frombuffer(raw, dtype="<u8") | np.uint64(1)
