"""Comparing two values in the ways that a person chooses from."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from math import prod
from typing import Any, Literal

import regex

from aerostic.sdk import N_

PATTERN_SECONDS = 0.05
LONGEST, LONGEST_PATTERN = 4_096, 200
# What makes a pattern large before it is ever looked for: counted repeats within each other, and patterns within themselves.
COUNTS = regex.compile(r"\{(\d*),?(\d*)\}")
WITHIN = regex.compile(r"\(\?(?:R|&|P>|[+-]?\d|\(DEFINE)")
MOST_REPEATS = 1_000
Operator = Literal[
    "equals",
    "differs",
    "contains",
    "lacks",
    "begins",
    "ends",
    "empty",
    "filled",
    "more",
    "less",
    "at_least",
    "at_most",
    "before",
    "after",
    "one_of",
    "matches",
]


LABELS = {
    "equals": N_("is"),
    "differs": N_("is not"),
    "contains": N_("contains"),
    "lacks": N_("does not contain"),
    "begins": N_("begins with"),
    "ends": N_("ends with"),
    "empty": N_("is empty"),
    "filled": N_("is filled in"),
    "more": N_("is more than"),
    "less": N_("is less than"),
    "at_least": N_("is at least"),
    "at_most": N_("is at most"),
    "before": N_("is before"),
    "after": N_("is after"),
    "one_of": N_("is one of"),
    "matches": N_("matches the pattern"),
}


def holds(operator: Operator, value: Any, other: str) -> bool:
    """Whether a value compares so. Texts are compared without regard to case; what is no number or time compares to nothing."""
    return OPERATORS[operator](str(value)[:LONGEST], other[:LONGEST])


def matches(pattern: str, value: str) -> bool:
    """Whether a pattern is found in a value. One that takes too long is found in nothing."""
    if not is_pattern(pattern):
        return False
    try:
        return regex.search(pattern, value[:LONGEST], regex.IGNORECASE, timeout=PATTERN_SECONDS) is not None
    except (TimeoutError, regex.error):
        return False


def is_pattern(pattern: str) -> bool:
    """Whether a pattern can be read, and is not made to take for ever."""
    counts = (max(int(most or least or 1), 1) for least, most in COUNTS.findall(pattern))
    if len(pattern) > LONGEST_PATTERN or WITHIN.search(pattern) or prod(counts) > MOST_REPEATS:
        return False
    try:
        regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError):
        return False
    return True


def is_comparable(operator: Operator, other: str) -> bool:
    """Whether something can be compared so to a value."""
    try:
        if operator in NUMBERS:
            return Decimal(other.strip()).is_finite()
        if operator in TIMES:
            return bool(_moment(other))
    except (InvalidOperation, ValueError):
        return False
    return operator != "matches" or is_pattern(other)


def folded(value: str) -> str:
    """A text as it is compared."""
    return " ".join(value.casefold().split())


def _texts(compare: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    return lambda value, other: compare(folded(value), folded(other))


def _numbers(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[str, str], bool]:
    def compared(value: str, other: str) -> bool:
        try:
            return compare(Decimal(value.strip()), Decimal(other.strip()))
        except InvalidOperation:  # no number, or one that is none
            return False

    return compared


def _times(compare: Callable[[datetime, datetime], bool]) -> Callable[[str, str], bool]:
    def compared(value: str, other: str) -> bool:
        try:
            return compare(*(_moment(one) for one in (value, other)))
        except ValueError:
            return False

    return compared


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text.strip())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _one_of(value: str, other: str) -> bool:
    return folded(value) in {folded(one) for one in other.split(",")}


NUMBERS, TIMES = frozenset({"more", "less", "at_least", "at_most"}), frozenset({"before", "after"})
OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "equals": _texts(lambda value, other: value == other),
    "differs": _texts(lambda value, other: value != other),
    "contains": _texts(lambda value, other: other in value),
    "lacks": _texts(lambda value, other: other not in value),
    "begins": _texts(lambda value, other: value.startswith(other)),
    "ends": _texts(lambda value, other: value.endswith(other)),
    "empty": lambda value, _other: value.strip() in ("", "[]", "{}"),
    "filled": lambda value, _other: value.strip() not in ("", "[]", "{}"),
    "more": _numbers(lambda value, other: value > other),
    "less": _numbers(lambda value, other: value < other),
    "at_least": _numbers(lambda value, other: value >= other),
    "at_most": _numbers(lambda value, other: value <= other),
    "before": _times(lambda value, other: value < other),
    "after": _times(lambda value, other: value > other),
    "one_of": _one_of,
    "matches": lambda value, other: matches(other, value),
}
