"""One line of the corpus, its labels, and what counts as a leak."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

PIECE = 6
PSEUDONYM = re.compile(r"<\w+:[0-9a-f]{8}")
DIGITS_ONLY = frozenset({"phone", "card"})


@dataclass(frozen=True, slots=True)
class Secret:
    """Something a line must not show.

    Attributes:
        kind: "phone", "email", "card", "iban", "wamid", "key", "password".
        value: as it is meant, whatever form the line writes it in: of a phone or card the digits.
        written: as it stands in the line, when no character of that may be left in order.
    """

    kind: str
    value: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its secrets (none: harmless) and the words in it that have to stay readable."""

    form: str
    text: str
    secrets: tuple[Secret, ...] = ()
    keep: tuple[str, ...] = ()


def leaks(secret: Secret, masked: str) -> bool:
    """Whether `masked` still shows six characters of the secret in a row, outside of what may be shown (the last four)."""
    masked = PSEUDONYM.sub("<", masked)
    for value in filter(None, (secret.value, secret.written)):
        shown = _digits(masked) if secret.kind in DIGITS_ONLY and value == secret.value else masked
        if any(piece in shown for piece in _pieces(secret.kind, value)):
            return True
    return False


def _pieces(kind: str, value: str) -> Iterator[str]:
    hidden = value if kind in ("email", "password") else value[:-4]
    if kind == "key":
        hidden = hidden[min(12, len(hidden) // 3) :]
    if kind == "wamid":
        hidden = value.removeprefix("wamid.")[:-12]
    if len(hidden) < PIECE:
        hidden = value
    yield from (hidden[start : start + PIECE] for start in range(max(1, len(hidden) - PIECE + 1)))


def _digits(text: str) -> str:
    """The digits of a text in order; what stands between words or inside of pseudonyms does not join them."""
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else "" if _joins(char) else char for char in text)


def _joins(char: str) -> bool:
    return char in " .-/()" or unicodedata.category(char) in ("Cf", "Zs", "Pd")
