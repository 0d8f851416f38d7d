"""How large values of expressions may be, and how they are shown."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import orjson

LONGEST_VALUE = 16_384  # characters, of a text or of all within a list or object
MOST_ITEMS = 1_000
DEEPEST = 50
LARGEST = 10**18
# What an item of a list or object counts for besides its text.
ITEM = LONGEST_VALUE // MOST_ITEMS


class Missing:
    """What is not there: empty, and equal to what is."""

    __slots__ = ()

    def __bool__(self) -> bool:
        """As '' is."""
        return False

    def __len__(self) -> int:
        """As ''."""
        return 0

    def __iter__(self) -> Iterator[Any]:
        """Nothing."""
        return iter(())

    def __eq__(self, other: Any) -> bool:
        """To itself, '' and None."""
        return other is self or other is None or bool(other == "")

    def __hash__(self) -> int:
        """As of ''."""
        return hash("")


MISSING = Missing()


def weight(value: Any) -> int:
    """About how many characters a value is; counted no further than until it is too large."""
    total, ahead = 0, [value]
    while ahead and total <= LONGEST_VALUE:
        one = ahead.pop()
        if isinstance(one, str):
            total += len(one)
        elif isinstance(one, list | tuple | dict):
            total += len(one) * ITEM
            if total <= LONGEST_VALUE:
                ahead += [*one, *one.values()] if isinstance(one, dict) else one
    return total


def bounded(value: Any) -> Any:
    """The value, where it is not larger than anything that a flow needs.

    Raises:
        ValueError: it is.
    """
    if isinstance(value, int | float | Decimal):
        if not -LARGEST <= value <= LARGEST:
            raise ValueError("too large")
    elif weight(value) > LONGEST_VALUE:
        raise ValueError("too large")
    return value


def shown(value: Any) -> str:
    """A value as people read it.

    Raises:
        ValueError: it is too large.
    """
    if value is None or value is MISSING:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    bounded(value)
    if isinstance(value, list | tuple | dict):
        return orjson.dumps(plain(value), default=str).decode()
    return str(value)


def joined(values: Iterable[Any]) -> str:
    """Values in a row, as people read them.

    Raises:
        ValueError: it is too large; what comes then is not asked for.
    """
    texts, left = [], LONGEST_VALUE
    for value in values:
        texts.append(shown(value))
        left -= len(texts[-1])
        if left < 0:
            raise ValueError("too large")
    return "".join(texts)


def plain(value: Any, depth: int = 0) -> Any:
    """A bounded value as JSON has it: what is not there is empty, a decimal number one as any other.

    Raises:
        ValueError: it is nested deeper than anything that a flow needs.
    """
    if depth > DEEPEST:
        raise ValueError("too deep")
    if value is MISSING or (value is None and not depth):
        return ""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list | tuple):
        return [plain(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {key: plain(one, depth + 1) for key, one in value.items()}
    return value
