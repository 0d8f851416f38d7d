"""The front door, before stand-ins for the processes behind it."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from aerostic.cli import front
from aerostic.cli.front import FrontDoor
from aerostic.cli.ports import Ports
from aerostic.cli.services.children import free_port

NAME = web.AppKey("name", str)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def describe(request: web.Request) -> web.Response:
    """Tell what arrived."""
    body = await request.read()
    seen = {name: request.headers.get(name, "") for name in ("Host", "X-Forwarded-For", "X-Forwarded-Host", "Accept")}
    value = {"method": request.method, "path": request.raw_path, "body": len(body), "seen": seen}
    return web.json_response(value, headers={"X-Process": request.app[NAME]})


@asynccontextmanager
async def house(**handlers: Handler) -> AsyncIterator[aiohttp.ClientSession]:
    """The front door with the given processes behind it; the others are down."""
    async with AsyncExitStack() as stack:
        ports = {name: free_port() for name in ("web", "hooks", "emulator", "live", "stripe")}
        for name, handler in handlers.items():
            app = web.Application(client_max_size=2**30)
            app[NAME] = name
            app.router.add_route("*", "/{path:.*}", handler)
            server = await stack.enter_async_context(TestServer(app))
            ports[name] = server.port or 0
        door = FrontDoor(Ports(front=0, **ports), "localhost")
        entrance = await stack.enter_async_context(TestServer(door.application()))
        # Bytes as they are, until a test asks for others.
        plain = {"Accept-Encoding": "identity"}
        session = aiohttp.ClientSession(entrance.make_url("/"), auto_decompress=False, headers=plain)
        yield await stack.enter_async_context(session)


@pytest.mark.parametrize(
    ("host", "process"),
    [
        ("app.localhost", "web"),
        ("app.localhost:8800", "web"),
        ("unknown.example", "web"),
        ("HOOKS.localhost", "hooks"),
        ("hooks.localhost:8800", "hooks"),
        ("emulator.localhost", "emulator"),
        ("graph.localhost", "emulator"),
        ("stripe.localhost", "stripe"),
    ],
)
def test_the_host_decides_who_answers(host: str, process: str) -> None:
    async def ask() -> None:
        async with (
            house(web=describe, hooks=describe, emulator=describe, stripe=describe) as client,
            client.get("/", headers={"Host": host}) as answer,
        ):
            assert answer.headers["X-Process"] == process
            assert (await answer.json())["seen"]["Host"] == host

    asyncio.run(ask())


@pytest.mark.parametrize(("path", "process"), [("/live?topics=contacts", "live"), ("/live/", "web"), ("/x", "web")])
def test_streams_have_a_process_of_their_own(path: str, process: str) -> None:
    async def ask() -> None:
        async with (
            house(web=describe, live=describe) as client,
            client.get(path, headers={"Host": "app.localhost"}) as answer,
        ):
            assert answer.headers["X-Process"] == process

    asyncio.run(ask())


def test_method_path_and_body_arrive_as_they_were_sent() -> None:
    async def ask() -> None:
        async with house(web=describe) as client:
            headers = {"Host": "app.localhost", "Accept": "text/html", "X-Forwarded-For": "6.6.6.6"}
            path = "/a%2Fb?q=%20x&q=y"
            async with client.put(URL(path, encoded=True), data=BytesIO(b"x" * 3_000_000), headers=headers) as answer:
                value = await answer.json()
        assert value == {
            "method": "PUT",
            "path": path,
            "body": 3_000_000,
            "seen": {
                "Host": "app.localhost",
                "X-Forwarded-For": "127.0.0.1",
                "X-Forwarded-Host": "app.localhost",
                "Accept": "text/html",
            },
        }

    asyncio.run(ask())


def test_an_answer_is_passed_on_piece_by_piece() -> None:
    more = asyncio.Event()

    async def slowly(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"data: 1\n\n")
        await more.wait()
        await response.write(b"data: 2\n\n")
        return response

    async def ask() -> None:
        async with house(web=slowly) as client, client.get("/") as answer:
            assert await asyncio.wait_for(answer.content.readuntil(b"\n\n"), 5) == b"data: 1\n\n"
            more.set()
            assert await answer.content.read() == b"data: 2\n\n"

    asyncio.run(ask())


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_without_a_body_end(method: str, status: int) -> None:
    async def empty(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/", "Set-Cookie": "a=b"})

    async def ask() -> None:
        async with house(web=empty) as client, client.request(method, "/") as answer:
            assert (answer.status, await answer.read()) == (status, b"")
            assert answer.headers["Set-Cookie"] == "a=b"

    asyncio.run(asyncio.wait_for(ask(), 10))


def test_a_redirect_is_the_browsers_to_follow() -> None:
    async def moved(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://elsewhere.example/"})

    async def ask() -> None:
        async with house(web=moved) as client, client.get("/", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "http://elsewhere.example/")

    asyncio.run(ask())


def test_a_process_that_is_down_is_said_to_come_back() -> None:
    async def ask() -> None:
        async with house(hooks=describe) as client, client.get("/") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "3")
            assert await answer.text() == front.DOWN

    asyncio.run(ask())


def test_a_process_that_breaks_off_before_its_answer_gives_502() -> None:
    async def dies(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def ask() -> None:
        async with house(web=dies) as client, client.post("/", data=b"x") as answer:
            assert (answer.status, await answer.text()) == (502, front.BROKEN)

    asyncio.run(ask())


def test_an_answer_that_breaks_off_is_not_passed_on_as_whole() -> None:
    async def dies(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response

    async def ask() -> None:
        async with house(web=dies) as client:
            with pytest.raises(aiohttp.ClientError):
                async with client.get("/") as answer:
                    await answer.read()

    asyncio.run(asyncio.wait_for(ask(), 10))


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_is_refused(announced: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "LIMIT_BYTES", 1000)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 100

    async def ask() -> None:
        async with house(web=describe) as client:
            async with client.post("/", data=b"x" * 1001 if announced else pieces()) as answer:
                assert (answer.status, await answer.text()) == (413, front.TOO_LARGE)
            async with client.post("/", data=b"x" * 1000) as answer:
                assert (await answer.json())["body"] == 1000

    asyncio.run(ask())


PAGE = "<p>" + "the same again " * 1000


@pytest.mark.parametrize(
    ("kind", "taken", "squeezed"),
    [
        ("text/html", "gzip, deflate, br", True),
        ("text/html", "identity", False),
        ("text/event-stream", "gzip", False),
        ("image/png", "gzip", False),
    ],
)
def test_text_is_squeezed_for_who_takes_it_so(kind: str, taken: str, squeezed: bool) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type=kind)

    async def ask() -> None:
        async with house(web=page) as session:
            headers = {"Host": "app.localhost", "Accept-Encoding": taken}
            async with session.get("/", headers=headers) as answer:
                body = await answer.read()
        assert (answer.headers.get("Content-Encoding") == "gzip") is squeezed
        assert (gzip.decompress(body) if squeezed else body).decode() == PAGE
        assert ("Accept-Encoding" in answer.headers.get("Vary", "")) is squeezed
        assert (len(body) < 500) is squeezed

    asyncio.run(ask())
