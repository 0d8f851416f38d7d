"""How values come into what a person has written: as text, as what they are, within JSON, or within an address.

Wherever what is written has a grammar of its own, a value stays one value of it: no contact's name ends a string of JSON or
changes where an address leads.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import orjson

from aerostic.flows.expressions import FAILED, ExpressionError, check, evaluate, pieces, render
from aerostic.words import N_

NOT_JSON = N_("This is not JSON. An expression may stand for a whole value, or within a text between quotation marks.")
Values = Mapping[str, Any]


def fill(how: str, written: Any, values: Values) -> Any:
    """What was written, at any depth, with its expressions worked out.

    Args:
        how: '' as text; `typed`, `json`, `address`: see the marks in `contract`.

    Raises:
        ExpressionError: an expression cannot be worked out.
    """
    if isinstance(written, str):
        work_out: Callable[[str, Values], Any] = WAYS.get(how, render)
        return work_out(written, values)
    if isinstance(written, Mapping):
        return {key: fill(how, one, values) for key, one in written.items()}
    if isinstance(written, list | tuple):
        return [fill(how, one, values) for one in written]
    return written


def check_written(how: str, text: str) -> None:
    """Read a text as `fill` will.

    Raises:
        ExpressionError: it cannot be read.
    """
    check(text)
    if how == "json" and text:
        try:
            orjson.loads("".join(_json(text, lambda quoted, _expression: "x" if quoted else "null")))
        except orjson.JSONDecodeError:
            raise ExpressionError(NOT_JSON) from None


def _as_json(text: str, values: Values) -> str:
    def written(quoted: bool, expression: str) -> str:
        if quoted:
            return orjson.dumps(render(expression, values)).decode()[1:-1]
        return orjson.dumps(evaluate(expression, values), default=str).decode()

    return "".join(_json(text, written))


def _json(text: str, written: Callable[[bool, str], str]) -> Iterator[str]:
    """The parts of a text of JSON; `written` is told whether an expression stands between quotation marks."""
    quoted = False
    for piece in pieces(text):
        if piece.moving:
            yield written(quoted, piece.text)
        else:
            marks = piece.text.replace("\\\\", "").replace('\\"', "").count('"')
            quoted ^= bool(marks % 2)
            yield piece.text


def _as_address(text: str, values: Values) -> str:
    """Values behind the host are one part of the path or query each; one that is the beginning is taken as it is."""
    found = ""
    for piece in pieces(text):
        if not piece.moving:
            found += piece.text
            continue
        value = render(piece.text, values)
        if "/" in found.partition("://")[2] or "?" in found:
            if value in (".", ".."):
                raise ExpressionError(FAILED, "address")
            value = quote(value, safe="")
        found += value
    return found


WAYS: dict[str, Callable[[str, Values], Any]] = {"typed": evaluate, "json": _as_json, "address": _as_address}
