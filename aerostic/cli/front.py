"""The front door: one address and port for all hosts; looks at the host's name and hands on to the process behind it.

Who may be served under a name is decided behind it: an unknown host is refused by the pages, not here.
"""

import asyncio
import signal
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from aerostic.cli.ports import Ports, local_url
from aerostic.settings import Settings
from aerostic.web.live.sockets import SILENT_SECONDS, allow_many, give_up_after

HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
# What gets smaller on its way to a browser that takes it so; a stream of events has to arrive at once.
SQUEEZED = frozenset(
    ("text/html", "text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml")
)
LIMIT_BYTES = 256 * 1024 * 1024  # a CSV of a million contacts, with room
CONNECT_SECONDS, SILENCE_SECONDS = 3, 300
LIVE, EVENTS = "/live", "text/event-stream"
DOWN = "This part is starting or restarting. Try again in a few seconds.\n"
BROKEN = "The answer could not be fetched. Try again.\n"
TOO_LARGE = f"The request is larger than {LIMIT_BYTES // 1024 // 1024} MB.\n"


class Body:
    """A request's body on its way through, cut off at the limit."""

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content
        self.too_large = False

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces; raises past the limit, so that the process behind never takes it for whole."""
        total = 0
        async for chunk in self._content.iter_any():
            total += len(chunk)
            if total > LIMIT_BYTES:
                self.too_large = True
                raise ValueError(TOO_LARGE)
            yield chunk


class FrontDoor:
    """Passes requests on by host, bodies and answers as streams.

    Args:
        ports: of the processes.
        domain: hosts are `hooks.<domain>` and so on.
    """

    def __init__(self, ports: Ports, domain: str) -> None:
        self._web = local_url(ports.web)
        self._live = local_url(ports.live)
        self._by_host = {
            f"hooks.{domain}": local_url(ports.hooks),
            f"emulator.{domain}": local_url(ports.emulator),
            f"graph.{domain}": local_url(ports.emulator),
            f"stripe.{domain}": local_url(ports.stripe),
        }

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application()
        app.cleanup_ctx.append(self._client)
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        return app

    async def _client(self, app: web.Application) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS)
        connector = aiohttp.TCPConnector(limit=0)
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=jar, auto_decompress=False
        ) as self._session:
            yield

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        if (request.content_length or 0) > LIMIT_BYTES:
            return web.Response(status=413, text=TOO_LARGE)
        pages = self._live if request.path == LIVE else self._web
        base = self._by_host.get(request.host.partition(":")[0].lower(), pages)
        body = Body(request.content)
        try:
            async with self._session.request(
                request.method,
                URL(base + request.raw_path, encoded=True),
                headers=_headers(request),
                data=body.chunks() if request.can_read_body else None,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
                allow_redirects=False,
            ) as answer:
                return await _answer(request, answer)
        except aiohttp.ClientConnectorError:
            return web.Response(status=503, text=DOWN, headers={"Retry-After": "3"})
        except (aiohttp.ClientError, TimeoutError):
            if body.too_large:
                return web.Response(status=413, text=TOO_LARGE)
            return web.Response(status=502, text=BROKEN)


async def _answer(request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, reason=answer.reason)
    response.headers.extend((name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP)
    if _squeezable(request, answer):
        response.headers.pop("Content-Length", None)
        response.headers.add("Vary", "Accept-Encoding")
        response.enable_compression(web.ContentCoding.gzip)
    await response.prepare(request)
    if answer.content_type == EVENTS:
        give_up_after(request.transport, SILENT_SECONDS)
    try:
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
    except (aiohttp.ClientPayloadError, ConnectionResetError, TimeoutError):
        # The status is out already: only a cut connection tells the reader that something is missing.
        if request.transport:
            request.transport.abort()
    return response


def _squeezable(request: web.Request, answer: aiohttp.ClientResponse) -> bool:
    """Whether a whole answer of text goes to somebody who takes gzip, and is not squeezed already."""
    taken = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    whole = answer.status == 200 and request.method == "GET" and "Content-Encoding" not in answer.headers
    return taken and whole and answer.content_type in SQUEEZED


def _headers(request: web.Request) -> CIMultiDict[str]:
    """The request's own, with what the process behind needs to know of the way here."""
    kept = ((name, value) for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP)
    headers = CIMultiDict(kept)
    headers["X-Forwarded-For"] = request.remote or ""
    headers["X-Forwarded-Host"] = request.host
    headers["X-Forwarded-Proto"] = request.scheme
    return headers


async def serve(settings: Settings) -> None:
    """Listen on the settings' port until we are asked to end."""
    allow_many()
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    door = FrontDoor(Ports.of(settings), settings.domain)
    runner = web.AppRunner(door.application(), access_log=None, handler_cancellation=True, shutdown_timeout=5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.port, reuse_address=True).start()
    print(f"listening on port {settings.port}", flush=True)
    await ended.wait()
    await runner.cleanup()
