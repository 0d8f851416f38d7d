"""Expressions: `{{ contact.first_name | default("there") }}`, the one evaluator for every field that a person writes.

What may stand in one, and how it is kept small, is the sandbox's to say.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import TemplateSyntaxError

from aerostic.flows.sandbox import ForbiddenError, Work, Working, ready
from aerostic.flows.sizes import bounded, plain, shown
from aerostic.words import N_

LONGEST = 4_096
# From two braces to the next two that are in no text.
EXPRESSION = re.compile(r"""\{\{(?:[^'"}]|'(?:\\.|[^'\\])*+'|"(?:\\.|[^"\\])*+"|\}(?!\}))*+\}\}""", re.DOTALL)
# Reading one takes far more memory than its characters do.
LONG_NUMBER = re.compile(r"[0-9a-fA-FxX_]{100}")
UNWORKABLE = (ArithmeticError, LookupError, TypeError, ValueError, RecursionError)
TOO_LONG = N_("An expression has at most 4096 characters and 200 parts. Split it over several steps.")
NOT_ALLOWED = N_("Only values, listed filters, comparisons and arithmetic may stand between the braces.")
FAILED = N_("The expression could not be worked out with these values.")


class ExpressionError(ValueError):
    """An expression cannot be read, or not be worked out; says why. `part` names what was not allowed."""

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.part = part


class Piece(NamedTuple):
    """A part of a text: an expression with its braces, or what stands between two of them."""

    text: str
    start: int
    moving: bool


class Preview(NamedTuple):
    """What a text gives, or why it gives nothing.

    Args:
        text: as people would read it; '' with an error.
        error: what is wrong; '' where nothing is.
        start, end: characters of the text between which the expression stands that is wrong.
    """

    text: str
    error: str = ""
    start: int = 0
    end: int = 0


def check(text: str) -> frozenset[str]:
    """Read a text with expressions. Returns the names that it asks for.

    Raises:
        ExpressionError: it cannot be read, or holds what is not allowed.
    """
    return _read(text)[1]


def evaluate(text: str, values: Mapping[str, Any]) -> Any:
    """Work a text out. One that is a single expression keeps its type, every other becomes text.

    What is not there is empty: `{{ contact.nickname }}` of a contact without one is ''.

    Raises:
        ExpressionError: see `check`; or it cannot be worked out with these values.
    """
    return _worked(text, values, lambda value: plain(bounded(value)))


def render(text: str, values: Mapping[str, Any]) -> str:
    """Work a text out as text. Raises as `evaluate`."""
    return str(_worked(text, values, shown))


def pieces(text: str) -> Iterator[Piece]:
    """The expressions of a text and what stands between them, in order; only the expressions may not be readable.

    Raises:
        ExpressionError: one does not end.
    """
    at = 0
    while (start := text.find("{{", at)) >= 0:
        if start > at:
            yield Piece(text[at:start], at, False)
        found = EXPRESSION.match(text, start)
        if found is None:
            raise ExpressionError(NOT_ALLOWED, text[start : start + 20])
        yield Piece(found[0], start, True)
        at = found.end()
    if at < len(text):
        yield Piece(text[at:], at, False)


def preview(text: str, values: Mapping[str, Any]) -> Preview:
    """Work a text out as the person who writes it sees it."""
    try:
        return Preview(render(text, values))
    except ExpressionError as error:
        return Preview("", str(error), *_wrong(text, values))


def _wrong(text: str, values: Mapping[str, Any]) -> tuple[int, int]:
    """Where the first expression stands that does not work by itself; the whole text, where only all together do not."""
    end = 0
    try:
        for piece in pieces(text[:LONGEST]):
            start, end = piece.start, piece.start + len(piece.text)
            if piece.moving and _fails(piece.text, values):
                return start, end
    except ExpressionError:
        return text.find("{{", end), len(text)
    return 0, len(text)


def _fails(text: str, values: Mapping[str, Any]) -> bool:
    try:
        render(text, values)
    except ExpressionError:
        return True
    return False


def _worked(text: str, values: Mapping[str, Any], settle: Any) -> Any:
    if "{" not in text:
        return text
    work, _names = _read(text)
    try:
        return settle(work(Working(values)))
    except UNWORKABLE as error:
        raise ExpressionError(FAILED, type(error).__name__) from None


@lru_cache(maxsize=1_024)
def _read(text: str) -> tuple[Work, frozenset[str]]:
    if len(text) > LONGEST:
        raise ExpressionError(TOO_LONG)
    if any(piece.moving and LONG_NUMBER.search(piece.text) for piece in pieces(text)):
        raise ExpressionError(NOT_ALLOWED, "Const")
    try:
        return ready(text)
    except ForbiddenError as error:
        raise ExpressionError(NOT_ALLOWED if str(error) else TOO_LONG, str(error)) from None
    except (TemplateSyntaxError, RecursionError, ValueError) as error:
        raise ExpressionError(NOT_ALLOWED, str(error)[:200]) from None
