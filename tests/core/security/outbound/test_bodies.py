"""Bodies grow to their limit and not further, however small they come."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.security.outbound import AnswerError
from aerostic.security.outbound.bodies import Body

MOST = 100_000


def taken(encoding: str, data: bytes, size: int = 1000, most: int = MOST) -> bytes:
    body = Body(encoding, most)
    for start in range(0, len(data), size):
        body.add(data[start : start + size])
    return body.whole()


@given(st.binary(max_size=3000), st.sampled_from(["", "identity", "gzip", "X-GZIP", "deflate"]), st.integers(1, 500))
def test_a_body_comes_out_as_it_went_in(data: bytes, encoding: str, size: int) -> None:
    pack = {"deflate": zlib.compress, "gzip": gzip.compress, "x-gzip": gzip.compress}.get(encoding.lower(), bytes)
    assert taken(encoding, pack(data), size) == data


def test_streams_one_after_another_are_one_body() -> None:
    assert taken("gzip", gzip.compress(b"one ", mtime=0) + gzip.compress(b"two", mtime=0), 7) == b"one two"


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_a_body_of_just_the_limit_is_taken_and_one_byte_more_is_not(encoding: str) -> None:
    pack = {"deflate": zlib.compress, "gzip": gzip.compress}.get(encoding, bytes)
    assert len(taken(encoding, pack(bytes(MOST)))) == MOST
    with pytest.raises(AnswerError, match="too large"):
        taken(encoding, pack(bytes(MOST + 1)))


def test_a_bomb_is_never_unpacked_whole() -> None:
    bomb = gzip.compress(bytes(50_000_000), 9, mtime=0)
    body = Body("gzip", MOST)
    with pytest.raises(AnswerError, match="too large"):
        body.add(bomb)
    assert len(body._content) == MOST + 1


def test_endless_streams_of_nothing_are_too_large() -> None:
    with pytest.raises(AnswerError, match="too large"):
        taken("gzip", gzip.compress(b"", mtime=0) * MOST)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(b"hello" * 100, mtime=0)[:-3]),
        ("gzip", b"no gzip"),
        ("br", b"x"),
        ("gzip, gzip", b"x"),
        ("zstd", b""),
    ],
)
def test_what_cannot_be_read_is_refused(encoding: str, data: bytes) -> None:
    with pytest.raises(AnswerError, match="cannot be read"):
        taken(encoding, data)
