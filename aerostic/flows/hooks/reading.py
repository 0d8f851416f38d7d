"""What a call holds, as a flow sees it under `trigger`: the body read by its type, the query, and listed headers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

LARGEST = 256 * 1024
DEEPEST, MOST_FIELDS = 32, 500
# None of them tells who somebody is, or opens anything.
HEADERS = (
    "Content-Type",
    "User-Agent",
    "X-Event-Key",
    "X-Event-Type",
    "X-GitHub-Event",
    "X-Gitlab-Event",
    "X-Request-Id",
    "X-Shopify-Topic",
    "X-WC-Webhook-Topic",
)
SHOWN = {name.lower(): name.lower().replace("-", "_") for name in HEADERS}
LONGEST_HEADER = 200
FORM, JSON, TEXT = "application/x-www-form-urlencoded", ("application/json", "+json"), "text/"
NUL = "\x00"
NO_NUL = "Leave out the characters U+0000."


class UnreadableError(ValueError):
    """A call that cannot be read; says what to send instead.

    Args:
        status: of the answer.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Called:
    """One call.

    Args:
        seen: what the flow sees under `trigger`.
        sent: the raw body.
        key: of its `Idempotency-Key`; '' where it has none.
        chain: the runs that led to it.
    """

    seen: dict[str, Any] = field(repr=False)
    sent: bytes = field(default=b"", repr=False)
    key: str = ""
    chain: tuple[str, ...] = ()


def seen(method: str, headers: Mapping[str, str], query: str, body: bytes) -> dict[str, Any]:
    """What the flow sees.

    Args:
        headers: with names in small letters.

    Raises:
        UnreadableError: a body that is not what its type says, too deep, or of a type that no flow can read.
    """
    shown = {SHOWN[name]: value[:LONGEST_HEADER] for name, value in headers.items() if value and name in SHOWN}
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return {"method": method, "body": _body(kind, body), "query": _fields(query) if query else {}, "headers": shown}


def _body(kind: str, body: bytes) -> Any:
    if not body:
        return ""
    if kind.endswith(JSON):
        return _json(body)
    if kind == FORM:
        return _fields(_text(body))
    if kind.startswith(TEXT):
        return _text(body)
    if not kind:
        return _json(body) if body.lstrip()[:1] in (b"{", b"[") else _text(body)
    raise UnreadableError("Send JSON, a form (application/x-www-form-urlencoded) or text.", 415)


def _json(body: bytes) -> Any:
    try:
        found = orjson.loads(body)
    except ValueError:
        raise UnreadableError("The body is not JSON.") from None
    # Most bodies cannot be too deep, so that nothing has to be looked through.
    if body.count(b"{") + body.count(b"[") > DEEPEST or b"\\u0000" in body:
        _check(found)
    return found


def _check(found: Any) -> None:
    level = [found]
    for _depth in range(DEEPEST):
        parts = [part for one in level for part in _parts(one)]
        if any(isinstance(part, str) and NUL in part for part in parts):
            raise UnreadableError(NO_NUL)
        level = [part for part in parts if isinstance(part, dict | list)]
        if not level:
            return
    raise UnreadableError(f"The JSON may be {DEEPEST} levels deep.")


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else [value]


def _text(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise UnreadableError("The body is not UTF-8.") from None
    if NUL in text:
        raise UnreadableError(NO_NUL)
    return text


def _fields(text: str) -> dict[str, Any]:
    """A form's fields; those that come several times as lists."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise UnreadableError(f"A form may have {MOST_FIELDS} fields.") from None
    found: dict[str, Any] = {}
    for name, value in pairs:
        if NUL in name + value:
            raise UnreadableError(NO_NUL)
        found[name] = value if name not in found else [*_listed(found[name]), value]
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
