"""The live server: one stream of server-sent events a browser tab, in a process of its own, since a stream would hold a thread
of the pages for as long as its tab is open.

A page asks for `/live?topics=campaign:<id>,contacts` and gets these events, each with an id to come back with:

- `ready`: the stream is open.
- `notice`: topics in which something has changed; `contact:*` means any.
- `resync`: some notices are lost: look at everything.
- `beat`: nothing has happened, and the connection is alive.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import randint

import structlog
from aiohttp import web
from flask import Flask
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from aerostic.registry.runtime import KEY
from aerostic.streams import notices
from aerostic.web.live.feed import Feed
from aerostic.web.live.hub import Hub, Stream, event
from aerostic.web.live.sockets import SILENT_SECONDS, allow_many, give_up_after
from aerostic.web.live.topics import parse
from aerostic.web.live.visitors import SHOWN, Card, RefusedError, Visitor, visitor_of

log = structlog.get_logger(__name__)
MOST_A_PERSON = 5
MOST_STREAMS = 2000
BEAT_SECONDS = 15.0
CALM_SECONDS = 0.5  # after each event; what happens meanwhile is told together
CHECK_SECONDS = 25.0  # in which everybody is looked at once, so that who was removed is gone within 30
THREADS = 4
RETRY_MS = (1000, 4000)  # spread, so that all the tabs of a restarted server do not come in one instant
HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}
TEXTS = {
    401: "Sign in first.",
    403: "Choose a workspace first.",
    421: "This host is not served here; check the address.",
    422: "Name up to 100 topics, separated by commas.",
    429: "Too many tabs listen at once. Close some.",
    503: "Live updates are starting or full. Try again in a few seconds.",
}


class LiveServer:
    """Opens streams for the people of an application.

    Args:
        app: the application, asked who somebody is.
    """

    def __init__(self, app: Flask) -> None:
        settings = app.extensions[KEY].settings
        self._app = app
        self._pool = ThreadPoolExecutor(THREADS, "visitors")
        self.hub = Hub()
        self._redis = Redis.from_url(
            settings.redis_url, socket_timeout=15, socket_connect_timeout=3, retry=Retry(NoBackoff(), 0)
        )
        self.feed = Feed(self._redis, notices.key(settings.redis_prefix), self.hub)

    def application(self) -> web.Application:
        """The aiohttp application."""
        application = web.Application()
        application.cleanup_ctx.append(self._work)
        application.on_shutdown.append(self._end)
        application.router.add_get("/live", self._open, allow_head=False)
        return application

    async def _work(self, application: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self.feed.run()), asyncio.create_task(self._keep_checking())]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._redis.aclose()
        self._pool.shutdown()

    async def _end(self, application: web.Application) -> None:
        self.hub.end_all()

    async def _open(self, request: web.Request) -> web.StreamResponse:
        topics = parse(request.query.get("topics", ""))
        shown = tuple((name, request.headers[name]) for name in SHOWN if name in request.headers)
        card = Card(request.host, request.remote or "", shown)
        try:
            visitor = await self._ask(card)
            if topics is None:
                raise RefusedError(422)
            self._make_sure_of_room(visitor)
        except RefusedError as refused:
            return _refusal(refused.status)
        stream = Stream(card, visitor, topics)
        self.hub.add(stream)
        self.feed.catch_up(stream, request.headers.get("Last-Event-ID") or request.query.get("after", ""))
        try:
            return await self._tell(request, stream)
        finally:
            self.hub.remove(stream)

    def _make_sure_of_room(self, visitor: Visitor) -> None:
        if not self.feed.up or len(self.hub) >= MOST_STREAMS:
            raise RefusedError(503)
        if self.hub.of_person(visitor.user_id) >= MOST_A_PERSON:
            raise RefusedError(429)

    async def _tell(self, request: web.Request, stream: Stream) -> web.StreamResponse:
        """Write until either end has enough."""
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        give_up_after(request.transport, SILENT_SECONDS)
        retry = b"retry: %d\n" % randint(*RETRY_MS)  # noqa: S311 - nobody gains by guessing it
        try:
            chunk = retry + event("ready", self.feed.position, 0)
            while chunk:
                async with asyncio.timeout(SILENT_SECONDS):
                    await response.write(chunk)
                chunk = await self._next(stream)
        except (ConnectionError, TimeoutError):
            if request.transport:
                request.transport.abort()
        return response

    async def _next(self, stream: Stream) -> bytes:
        await asyncio.sleep(CALM_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT_SECONDS):
                await stream.news.wait()
            return stream.take(self.feed.position)
        return event("beat", self.feed.position, 0)

    async def _keep_checking(self) -> None:
        """Look at every person again and again, evenly, and end the streams of those who may not listen any more."""
        clock = asyncio.get_running_loop().time
        while True:
            began, cards = clock(), self.hub.by_card()
            for number, (card, streams) in enumerate(cards.items(), 1):
                await self._check(card, streams)
                await asyncio.sleep(began + CHECK_SECONDS * number / len(cards) - clock())
            if not cards:
                await asyncio.sleep(CHECK_SECONDS)

    async def _check(self, card: Card, streams: list[Stream]) -> None:
        try:
            visitor = await self._ask(card)
        except RefusedError:
            visitor = None
        for stream in streams:
            stream.look_again(visitor)

    async def _ask(self, card: Card) -> Visitor:
        """Who it is. An application that cannot tell lets nobody in."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, visitor_of, self._app, card)
        except RefusedError:
            raise
        except Exception as error:
            log.warning("a visitor cannot be looked up", reason=type(error).__name__)
            raise RefusedError(503) from None


def _refusal(status: int) -> web.Response:
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "5"} if status in (429, 503) else {})
    return web.Response(status=status, text=TEXTS.get(status, "This cannot be answered."), headers=headers)


async def serve(app: Flask, host: str, port: int) -> None:
    """Listen until we are asked to end."""
    allow_many()
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    application = LiveServer(app).application()
    runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=3)
    await runner.setup()
    await web.TCPSite(runner, host, port, reuse_address=True).start()
    await ended.wait()
    await runner.cleanup()
