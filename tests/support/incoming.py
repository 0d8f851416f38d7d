"""Asking the process of webhooks, without a server: over ASGI, on an event loop that all tests share."""

import asyncio
import threading
from collections.abc import Coroutine, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

import orjson

from aerostic.web.incoming.server import Incoming

T = TypeVar("T")
PLAIN = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Answered(NamedTuple):
    """An answer; names of headers as HTTP writes them."""

    status: int
    body: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The body, read."""
        return orjson.loads(self.body)


@cache
def loop() -> asyncio.AbstractEventLoop:
    """The loop, in a thread of its own."""
    made = asyncio.new_event_loop()
    threading.Thread(target=made.run_forever, daemon=True).start()
    return made


def on_loop(what: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives."""
    return asyncio.run_coroutine_threadsafe(what, loop()).result(60)


def scope_of(environ: Mapping[str, Any]) -> dict[str, Any]:
    """A request told as WSGI tells it, as ASGI does."""
    headers = []
    for name, value in environ.items():
        if value is not None and (name.startswith("HTTP_") or name in PLAIN):
            known = name.removeprefix("HTTP_").replace("_", "-").lower()
            headers.append((known.encode(), str(value).encode("latin-1")))
    return {
        "type": "http",
        "method": environ.get("REQUEST_METHOD", "POST"),
        "path": environ["PATH_INFO"],
        "query_string": environ.get("QUERY_STRING", "").encode(),
        "client": (environ["REMOTE_ADDR"], 1) if environ.get("REMOTE_ADDR") else None,
        "headers": headers,
    }


def ask(incoming: Incoming, environ: Mapping[str, Any], body: bytes | Iterable[bytes] = b"") -> Answered | None:
    """The answer; None where there is none, since the caller has gone.

    Args:
        body: in one, or in parts, of which no more are read than are asked for.
    """
    parts, told = iter([body] if isinstance(body, bytes) else body), []
    whole = isinstance(body, bytes)

    async def receive() -> dict[str, Any]:
        part = next(parts, None)
        if part is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": part, "more_body": not whole}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    on_loop(incoming(scope_of(environ), receive, send))  # type: ignore[arg-type]
    if not told:
        return None
    start, end = told
    headers = {name.decode().title(): value.decode("latin-1") for name, value in start["headers"]}
    assert headers["Content-Length"] == str(len(end["body"]))
    return Answered(start["status"], end["body"].decode(), headers)


def reply(incoming: Incoming, environ: Mapping[str, Any], body: bytes | Iterable[bytes] = b"") -> Answered:
    """The answer to a request whose caller waits for it."""
    found = ask(incoming, environ, body)
    assert found
    return found
