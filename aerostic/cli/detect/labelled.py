"""The labelled streams, which ship in the tests of a checkout."""

import base64
import hashlib
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import click
import numpy as np

from aerostic.db import Event
from aerostic.streams.observed.fingerprints import minhash
from aerostic.streams.observed.normalising import bare, masked

CHECKOUT = Path(__file__).parents[3]


class Mark(Protocol):
    """An attack, or something honest that looks like one: see `tests/labelled/labels.py`."""

    subjects: frozenset[tuple[str, str]]
    begin: float
    end: float


class Stream(Protocol):
    """See `tests/labelled`."""

    labels: list[Any]
    calm: list[Any]

    def events(self) -> Iterator[Event]:
        """Everything that happens, in the order of time."""
        ...


def open_stream(seed: int, days: int, tenants: int) -> Stream:
    """The stream of a seed.

    Raises:
        click.ClickException: this is no checkout.
    """
    if not (CHECKOUT / "tests" / "labelled" / "__init__.py").is_file():
        raise click.ClickException("The labelled streams ship with the source: run this from a checkout of it.")
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    make: Callable[..., Stream] = import_module("tests.labelled").Labelled
    return make(seed, fingerprint, days=days, tenants=tenants)


@lru_cache(100_000)
def fingerprint(text: str) -> tuple[str, str]:
    """`exact` and `print` of a text as producers make them, with functions that are the same everywhere."""
    words = masked(bare(text)).encode()
    exact = hashlib.blake2b(words, digest_size=8).hexdigest()
    return exact, base64.b64encode(minhash(words, _functions()).tobytes()).decode()


@lru_cache(1)
def _functions() -> Any:
    return np.frombuffer(hashlib.shake_256(b"labelled").digest(8 * 32), dtype="<u8") | np.uint64(1)
