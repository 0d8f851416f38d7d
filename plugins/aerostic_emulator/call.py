"""One API call: who calls which object, with which parameters."""

import base64
import binascii
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from aiohttp import web
from multidict import MultiDict

from .errors import GraphError, missing_object, missing_parameter
from .state import Node, Token
from .world import World

N = TypeVar("N", bound=Node)
_DEFAULT_PAGE = 25
_LARGEST_PAGE = 1000


@dataclass(slots=True)
class Call:
    """A request that passed authentication and access checks."""

    world: World
    request: web.BaseRequest
    method: str
    node_id: str
    node: Node | None
    token: Token

    def the(self, kind: type[N]) -> N:
        """Return the object, of the kind that the route serves."""
        if not isinstance(self.node, kind):
            raise missing_object(self.method, self.node_id)
        return self.node

    @property
    def query(self) -> Any:
        """Return the query string's parameters."""
        return self.request.query

    async def json(self) -> dict[str, Any]:
        """Return the body as an object; the query string fills in what the body lacks, forms are accepted."""
        body: dict[str, Any] = {}
        if self.request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            body = dict(await self._form())
        elif raw := await self.request.read():
            body = parse(raw)
        return {**self.request.query, **body} if self.request.query_string else body

    async def _form(self) -> "MultiDict[Any]":
        return MultiDict(await self.request.post())

    def require(self, values: dict[str, Any], *names: str) -> None:
        """Refuse with code 100 when a parameter is absent."""
        for name in names:
            if values.get(name) in (None, ""):
                raise missing_parameter(name)


def parse(raw: bytes) -> dict[str, Any]:
    """Return a JSON object, or refuse with code 100."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise GraphError(100, message="(#100) The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise GraphError(100, message="(#100) The request body must be an object.")
    return body


def select(row: dict[str, Any], fields: str | None, default: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the asked-for fields of an object; `id` is always there, a field without a value is left out."""
    asked = [re.split(r"[{(]", name)[0].strip() for name in fields.split(",")] if fields else default or row
    picked = {name: row[name] for name in asked if row.get(name) is not None}
    return picked | ({"id": row["id"]} if "id" in row else {})


def page(call: Call, rows: list[dict[str, Any]], bad_cursor: int = 100) -> dict[str, Any]:
    """Return one page of a list with its cursors; a cursor that cannot be read is refused with `bad_cursor`."""
    wanted = call.query.get("limit") or str(_DEFAULT_PAGE)
    if not wanted.isdecimal():
        raise GraphError(100, message="(#100) Param limit must be a number.")
    limit = max(1, min(int(wanted), _LARGEST_PAGE))
    start = _position(call.query.get("after"), bad_cursor)
    shown = rows[start : start + limit]
    answer: dict[str, Any] = {"data": shown}
    if shown:
        end = start + len(shown)
        answer["paging"] = {"cursors": {"before": _cursor(start), "after": _cursor(end)}}
        if end < len(rows):
            answer["paging"]["next"] = str(call.request.url.update_query(after=_cursor(end)))
    return answer


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _position(cursor: str | None, bad_cursor: int) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError):
        raise GraphError(bad_cursor) from None


Handler = Callable[[Call], Awaitable[Any]]
Routes = dict[tuple[str, str, str], Handler]
SUCCESS = {"success": True}
