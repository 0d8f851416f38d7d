"""The ASGI application of webhooks, of which thousands may come a second.

They are answered on an event loop, so that threads do not take turns at the interpreter for each; only what waits for a server
has threads, and what they keep, they keep together. Bodies are read here, never more of them than may come.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from flask import Flask

from aerostic.db import db
from aerostic.db.engine import check_role, init_database
from aerostic.db.redis import connect
from aerostic.flows.hooks.contract import Answer
from aerostic.flows.hooks.keeping import PATH
from aerostic.flows.hooks.reading import LARGEST
from aerostic.registry import Runtime, load_registry
from aerostic.registry.runtime import KEY
from aerostic.security.logs import configure
from aerostic.security.setup import init_keys
from aerostic.settings import Settings, get_settings
from aerostic.streams.observed import init_observing
from aerostic.web.incoming.channels import ChannelHooks
from aerostic.web.incoming.flows import FlowHooks
from aerostic.web.incoming.request import Headers, Request
from aerostic.web.incoming.watching import Watch

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# What comes from others runs nowhere and shows nothing, should a browser come by.
GUARD = [(b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"default-src 'none'; sandbox")]


class GoneError(Exception):
    """The caller has gone before the request was whole."""


class Incoming:
    """The ASGI application. https://asgi.readthedocs.io/en/latest/specs/www.html

    Args:
        app: holds the runtime.
    """

    def __init__(self, app: Flask) -> None:
        watch = Watch(app)
        settings: Settings = app.extensions[KEY].settings
        self._threads = ThreadPoolExecutor(settings.hook_threads, "webhooks")
        self._limit = settings.intake_limit_bytes
        self.flows = FlowHooks(app, watch)
        self.channels = ChannelHooks(app, watch)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            with suppress(GoneError):
                await _tell(send, await self._answer(scope, receive))

    async def _answer(self, scope: Message, receive: Receive) -> Answer:
        if scope["path"].startswith(PATH):
            return await self.flows(await _read(scope, receive, LARGEST))
        return await self.channels(await _read(scope, receive, self._limit))

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                asyncio.get_running_loop().set_default_executor(self._threads)
                await send({"type": "lifespan.startup.complete"})
            else:
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _read(scope: Message, receive: Receive, limit: int) -> Request:
    headers, client = Headers(scope["headers"]), scope.get("client")
    raw = None if int(headers.get("Content-Length", 0)) > limit else await _body(receive, limit)
    address, query = client[0] if client else "", scope["query_string"].decode("latin-1")
    return Request(scope["method"], scope["path"], query, headers, address, limit, raw)


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The raw bytes; None where there are more than may come, of which no more is read then."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        part, more = message.get("body", b""), message.get("more_body", False)
        # Most come in one part, of which no copy is made; the others are short enough to be joined so.
        body = body + part if body else part
        if len(body) > limit:
            return None
    return body


async def _tell(send: Send, answer: Answer) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    length = (b"content-length", b"%d" % len(answer.body))
    await send({"type": "http.response.start", "status": answer.status, "headers": [*headers, length, *GUARD]})
    await send({"type": "http.response.body", "body": answer.body})


def create_incoming(settings: Settings | None = None) -> Incoming:
    """The application with what it needs of the platform: database, keys, plugins, stream. For a server of its own.

    Args:
        settings: the process's own, read from the environment, when left out; then logging is set up, too.

    Raises:
        KeyMissingError, ValueError, PluginError, UnsafeRoleError: what is wrong, and what to do about it.
    """
    if settings is None:
        settings = get_settings()
        configure(settings)
    app = Flask("aerostic.incoming")
    init_database(app, settings.database_url)
    registry = load_registry(settings)
    init_keys(settings, registry)
    app.extensions[KEY] = Runtime(settings, registry, connect(settings))
    init_observing(settings, app.extensions[KEY].redis)
    with app.app_context():
        check_role(db.engine)
    # What is loaded by now is never garbage: looking through it again and again is what the slowest answers waited for.
    gc.collect()
    gc.freeze()
    return Incoming(app)
