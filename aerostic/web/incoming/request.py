"""A webhook as it came: what was asked, by whom, and the raw body."""

from collections.abc import ItemsView, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from aerostic.web.refusals import Refusal


class Headers(Mapping[str, str]):
    """A request's headers as channels look them up: by name, whatever its case.

    Args:
        pairs: names in small letters, and values, as they came.
    """

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, str] = {}
        for raw, value in pairs:
            name, text = raw.decode("latin-1"), value.decode("latin-1")
            # One that comes twice is one with both values: RFC 9110, section 5.3.
            self._values[name] = f"{self._values[name]},{text}" if name in self._values else text

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def get(self, name: str, default: Any = None) -> Any:
        """The header, or `default`. The base's would raise and catch an error for each that is not there."""
        return self._values.get(name.lower(), default)

    def items(self) -> ItemsView[str, str]:
        """All of them, with names in small letters. The base's would look each up again."""
        return self._values.items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass
class Request:
    """One request.

    Args:
        query: as it stands behind the question mark.
        address: of the connection; '' where that is not known.
        limit: bytes that the body may have.
        raw: the body; None where it is longer.
    """

    method: str
    path: str
    query: str
    headers: Headers = field(repr=False)
    address: str
    limit: int
    raw: bytes | None = field(repr=False)

    @cached_property
    def body(self) -> bytes:
        """The raw bytes, as many as announced, or all there are when nothing was announced.

        Raises:
            Refusal: 400, the length is none, or another; 413, there are too many.
        """
        announced = announced_in(self.headers)
        if self.raw is None:
            raise Refusal(413, f"A webhook may have {self.limit} bytes.")
        if announced is not None and announced > len(self.raw):
            raise Refusal(400, "The body ended early.")
        return self.raw


def announced_in(headers: Headers) -> int | None:
    """How many bytes the body has, by its headers; None where they do not say.

    Raises:
        Refusal: 400, that is no number.
    """
    text = headers.get("Content-Length", "")
    if text and not (text.isascii() and text.isdigit()):
        raise Refusal(400, "Content-Length is no number.")
    return int(text) if text else None
