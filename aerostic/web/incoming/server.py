"""The ASGI application of webhooks, of which thousands may come a second.

They are answered on an event loop, so that threads do not take turns at the interpreter for each; only what waits for a server
has threads, and what they keep, they keep together.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

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
from aerostic.web.incoming.answers import text
from aerostic.web.incoming.bodies import Bodies, FullError, GoneError, Message, Receive
from aerostic.web.incoming.channels import ChannelHooks
from aerostic.web.incoming.flows import FlowHooks
from aerostic.web.incoming.request import Headers, Request, announced_in
from aerostic.web.incoming.watching import Watch
from aerostic.web.refusals import RETRY_SECONDS, Refusal

Send = Callable[[Message], Awaitable[None]]
# What comes from others runs nowhere and shows nothing, should a browser come by.
GUARD = [(b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"default-src 'none'; sandbox")]
# Bytes of all bodies that are in memory at once.
ROOM = 256 * 1024 * 1024
FULL = text(503, "Too much comes at once: send it again.", RETRY_SECONDS)


class Incoming:
    """The ASGI application. https://asgi.readthedocs.io/en/latest/specs/www.html

    Args:
        app: holds the runtime.
    """

    def __init__(self, app: Flask) -> None:
        watch = Watch(app)
        settings: Settings = app.extensions[KEY].settings
        self._threads = ThreadPoolExecutor(settings.hook_threads, "webhooks")
        self._limit, self._bodies = settings.intake_limit_bytes, Bodies(ROOM)
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
        flow = scope["path"].startswith(PATH)
        limit, headers = LARGEST if flow else self._limit, Headers(scope["headers"])
        try:
            raw = None if _exceeds(headers, limit) else await self._bodies.read(receive, limit)
        except FullError:
            return FULL
        client, query = scope.get("client"), scope["query_string"].decode("latin-1")
        request = Request(scope["method"], scope["path"], query, headers, client[0] if client else "", limit, raw)
        try:
            return await (self.flows(request) if flow else self.channels(request))
        finally:
            self._bodies.release(raw or b"")

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                asyncio.get_running_loop().set_default_executor(self._threads)
                await send({"type": "lifespan.startup.complete"})
            else:
                await send({"type": "lifespan.shutdown.complete"})
                return


def _exceeds(headers: Headers, limit: int) -> bool:
    """Whether a body need not be read to know that it is too long. What is said wrongly of it is refused by who wants it."""
    with suppress(Refusal):
        return (announced_in(headers) or 0) > limit
    return False


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
