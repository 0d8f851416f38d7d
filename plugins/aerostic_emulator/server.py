"""The HTTP server: reads a request's path, finds the object and its handler, answers.

Graph paths are `/[vN.N/]{object id}[/edge]`; a handler is chosen by the object's kind, the method and the edge.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from . import (
    accounts,
    control,
    faults,
    guard,
    media,
    messages,
    numbers,
    phone_page,
    phone_stream,
    profile,
    seed,
    templates,
)
from .call import Call, Routes
from .config import Config
from .errors import GraphError, missing_object
from .state import Node
from .tokens import authenticate, open_node
from .world import World

log = logging.getLogger(__name__)
_VERSION = re.compile(r"v\d+(\.\d+)?")
_ROOT = {"debug_token": "root", "whatsapp_business/attachments": "files"}
_ROUTES: Routes = {
    **accounts.ROUTES,
    **messages.ROUTES,
    **numbers.ROUTES,
    **profile.ROUTES,
    **media.ROUTES,
    **templates.ROUTES,
}
_MANAGED = {"waba", "template"}
_FLUSH_S = 0.5
# The control API, the phone's page and the page's files.
_LOCAL = ("_emulator", "", "_phone")
_LARGEST_BODY = 140 * 1024 * 1024
_HEADERS = {"Content-Type": "application/json; charset=UTF-8", "Facebook-API-Version": "v24.0"}


class Emulator:
    """One emulated Cloud API: a world and the server in front of it."""

    def __init__(
        self, config: Config | None = None, scenario: dict[str, Any] | None = None, record_path: Path | None = None
    ) -> None:
        """Prepare the default world, changed by a scenario; `record_path` keeps the record in a SQLite file."""
        self.world = World.create(config or Config(), record_path)
        seed.apply(self.world.state, self.world.config, seed.default_scenario())
        seed.apply(self.world.state, self.world.config, scenario or {})

    @contextlib.asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
        """Serve while the block runs and yield the base URL (without version)."""
        server = web.Server(self._handle, request_factory=_roomy, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        await self.world.postman.start()
        self.world.base_url = f"http://{host}:{runner.addresses[0][1]}"
        flushing = asyncio.create_task(self._flush())
        try:
            yield self.world.base_url
        finally:
            flushing.cancel()
            await asyncio.gather(flushing, return_exceptions=True)
            self.world.timeline.clear()
            await self.world.postman.stop()
            await runner.cleanup()
            self.world.record.close()

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_S)
            self.world.record.flush()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        parts = request.path.strip("/").split("/")
        if parts[0] in _LOCAL:
            return await self._handle_local(request, parts)
        try:
            return await self._answer(request, parts)
        except GraphError as error:
            return web.Response(body=orjson.dumps(error.body()), status=error.http, headers=_HEADERS)
        except faults.PlainStatus as fault:
            return web.Response(text=fault.body, status=fault.http, content_type="text/html")
        except faults.Reset:
            return _hang_up(request)
        except faults.NoAnswer:
            await self._hold(request)
            return _hang_up(request)

    async def _handle_local(self, request: web.BaseRequest, parts: list[str]) -> web.StreamResponse:
        """Answer what only this machine may ask for: the control API, the phone's page and its stream."""
        if refused := guard.refusal(request):
            return web.json_response({"error": refused}, status=403)
        if parts[0] != "_emulator":
            return phone_page.page_file(request, parts[1] if len(parts) == 2 else "")
        if request.method == "GET" and parts[1:] == ["stream"]:
            return await phone_stream.stream(self.world, request)
        return _respond(await control.handle(self.world, request, parts[1:]))

    async def _answer(self, request: web.BaseRequest, parts: list[str]) -> web.StreamResponse:
        world = self.world
        if _VERSION.fullmatch(parts[0]):
            parts = parts[1:] or [""]
        node_id, edge = parts[0], "/".join(parts[1:])
        fault = world.faults.take(edge, node_id, world.clock.now()) if world.faults else None
        if fault:
            world.chats.listeners.tell(("", ""))
            await faults.strike_before(fault)
        try:
            answer = await self._call(request, node_id, edge)
        finally:
            await self._latency()
        if fault:
            await faults.strike_after(fault)
        return _respond(answer)

    async def _latency(self) -> None:
        """Let an answer take its time. What it answers was counted and recorded when the request came, as paces are."""
        low, high = self.world.config.latency_ms
        if high:
            await asyncio.sleep((low + (high - low) * self.world.chance.random()) / 1000)

    async def _call(self, request: web.BaseRequest, node_id: str, edge: str) -> Any:
        world, method = self.world, request.method
        path = f"{node_id}/{edge}" if edge else node_id
        kind = "upload" if node_id.startswith("upload:") else _ROOT.get(path)
        if path == "oauth/access_token":
            return await accounts.access_token(world, request.query)
        token = authenticate(world, request)
        node: Node | None = None
        if kind is None:
            kind, node = open_node(world, token, method, node_id)
        elif kind != "upload":
            edge = path
        handler = _ROUTES.get((kind, method, edge))
        if handler is None:
            raise missing_object(method, path)
        managed = world.state.waba_of(node) if node and kind in _MANAGED else None
        if managed and world.limits.management_exceeded(managed, world.clock.now()):
            raise GraphError(80007)
        return await handler(Call(world, request, method, node_id, node, token))

    async def _hold(self, request: web.BaseRequest) -> None:
        """Leave a request unanswered until the client hangs up or `hold_s` is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.world.config.hold_s
        while loop.time() < deadline and request.transport is not None and not request.transport.is_closing():
            await asyncio.sleep(0.05)


def _roomy(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """Make a request whose body may be as large as the largest file that WhatsApp takes."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST_BODY)


def _respond(answer: Any) -> web.StreamResponse:
    if isinstance(answer, web.StreamResponse):
        return answer
    return web.Response(body=orjson.dumps(answer, option=orjson.OPT_NON_STR_KEYS), headers=_HEADERS)


def _hang_up(request: web.BaseRequest) -> web.Response:
    """Reset the connection; the response is never written."""
    transport: Any = request.transport
    if transport is not None:
        transport.abort()
    return web.Response(status=500)
