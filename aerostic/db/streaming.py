"""Generators that keep a transaction open between their values."""

from collections.abc import Callable, Generator, Iterator
from contextvars import copy_context
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
END: Any = object()


def apart(function: Callable[P, Iterator[T]]) -> Callable[P, Iterator[T]]:
    """Let a generator run in a context of its own.

    Else the scope of its transaction would be that of whoever takes its values, too, for as long as it is not at its end.
    """

    @wraps(function)
    def values(*args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        context, inner = copy_context(), cast(Generator[T, None, None], function(*args, **kwargs))
        try:
            while (value := context.run(next, inner, END)) is not END:
                yield value
        finally:
            context.run(inner.close)

    return values
