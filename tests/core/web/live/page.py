"""Open pages: the real live server on the real Valkey, and browsers that listen to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
from aiohttp import web
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from redis import Redis

from aerostic.db import transaction
from aerostic.identity.models import User
from aerostic.identity.people import create_user
from aerostic.identity.sessions import open_session
from aerostic.streams.notices import Notice, append
from aerostic.tenancy.models import Member
from aerostic.web.live.server import LiveServer
from aerostic.web.sessions import COOKIE, TENANT
from tests.support.factories import TESTS

HOST = "app.localhost"
SECONDS = 10.0


def make_person(tenant_id: UUID, role: str = "owner", email: str = "ann@shop.example") -> User:
    """A member of a tenant."""
    with transaction(TESTS) as session:
        user = create_user(session, email=email, name="Ann", password="correct horse battery")
        session.add(Member(tenant_id=tenant_id, user_id=user.id, role=role))
    return user


def cookie_of(app: Flask, user: User, tenant_id: UUID | None) -> str:
    """The header of a browser in which somebody is signed in."""
    with transaction(TESTS) as session:
        kept = open_session(session, user.id)
    values = {"_user_id": str(kept.id), "_fresh": True} | ({TENANT: str(tenant_id)} if tenant_id else {})
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return f"{COOKIE}={serializer.dumps(values)}"


def tell(redis: Redis, prefix: str, tenant_id: UUID | None, *topics: str, permission: str = "") -> None:
    """Something has changed."""
    append(redis, prefix, [Notice(tenant_id, {permission: frozenset(topics)})])


@dataclass
class Heard:
    """One event of a stream."""

    name: str
    id: str
    data: Any


@dataclass
class Page:
    """A tab that listens."""

    answer: aiohttp.ClientResponse
    last: str = ""

    async def next(self) -> Heard:
        """The next event."""
        block = await asyncio.wait_for(self.answer.content.readuntil(b"\n\n"), SECONDS)
        fields = dict(line.split(": ", 1) for line in block.decode().strip().split("\n"))
        self.last = fields["id"]
        return Heard(fields["event"], fields["id"], json.loads(fields["data"]))

    async def ends(self) -> bool:
        """Wait until the server has ended the stream."""
        await asyncio.wait_for(self.answer.content.read(), SECONDS)
        return self.answer.content.at_eof()


@dataclass
class House:
    """A live server and its address."""

    server: LiveServer
    url: str
    client: aiohttp.ClientSession
    answers: list[aiohttp.ClientResponse] = field(default_factory=list)

    async def ask(
        self, cookie: str, topics: str = "contacts", *, host: str = HOST, last: str = "", after: str = ""
    ) -> aiohttp.ClientResponse:
        """Ask for a stream; the answer may be a refusal. A browser says itself how far it was, a script in the query."""
        headers = {"Host": host, "Cookie": cookie} | ({"Last-Event-ID": last} if last else {})
        query = {"topics": topics} | ({"after": after} if after else {})
        self.answers.append(await self.client.get(f"{self.url}/live", params=query, headers=headers))
        return self.answers[-1]

    async def open(
        self, cookie: str, topics: str = "contacts", *, host: str = HOST, last: str = "", after: str = ""
    ) -> Page:
        """Open a stream and wait until it is ready."""
        page = Page(await self.ask(cookie, topics, host=host, last=last, after=after))
        assert page.answer.status == 200, await page.answer.text()
        assert (await page.next()).name == "ready"
        return page

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for something that happens in the server."""
        async with asyncio.timeout(SECONDS):
            while not holds():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def house(app: Flask, port: int = 0) -> AsyncIterator[House]:
    """A live server that has begun to read, ended with the block."""
    server = LiveServer(app)
    runner = web.AppRunner(server.application(), access_log=None, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        found = House(server, f"http://127.0.0.1:{runner.addresses[0][1]}", client)
        await found.until(lambda: server.feed.up)
        yield found
        for answer in found.answers:
            answer.close()
    await runner.cleanup()


def visit(app: Flask, story: Callable[[House], Awaitable[None]]) -> None:
    """Let a story happen in a house."""

    async def run() -> None:
        async with house(app) as found:
            await story(found)

    asyncio.run(asyncio.wait_for(run(), 60))
