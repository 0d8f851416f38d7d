"""Streams whose other end is gone."""

import asyncio
import socket

import pytest
from aiohttp import web
from yarl import URL

from aerostic.cli import front
from aerostic.cli.bench.vanishing import vanish
from aerostic.cli.front import FrontDoor
from aerostic.cli.ports import Ports
from aerostic.web.live import server
from tests.core.web.live.page import House, cookie_of, make_person, visit
from tests.support.factories import make_tenant


@pytest.fixture
def cookie(app):
    tenant = make_tenant()
    return cookie_of(app, make_person(tenant.id), tenant.id)


@pytest.fixture
def _hasty(monkeypatch):
    monkeypatch.setattr(server, "BEAT_SECONDS", 0.1)
    for module in (server, front):
        monkeypatch.setattr(module, "SILENT_SECONDS", 0.5)


def listen(port: int, cookie: str) -> socket.socket:
    """Open a stream over a bare connection, and read until it is ready."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    lines = ("GET /live?topics=contacts HTTP/1.1", "Host: app.localhost", f"Cookie: {cookie}", "", "")
    connection.sendall("\r\n".join(lines).encode())
    got = b""
    while b"event: ready" not in got:
        part = connection.recv(4096)
        assert part, got
        got += part
    return connection


def test_a_tab_that_is_closed_is_gone_at_once(app, cookie):
    async def story(house: House) -> None:
        connection = await asyncio.to_thread(listen, URL(house.url).port, cookie)
        assert len(house.server.hub) == 1
        connection.close()
        await house.until(lambda: len(house.server.hub) == 0)

    visit(app, story)


def test_a_browser_that_vanishes_is_given_up(app, cookie, _hasty):
    async def story(house: House) -> None:
        connection = await asyncio.to_thread(listen, URL(house.url).port, cookie)
        await asyncio.to_thread(vanish, connection)
        await house.until(lambda: len(house.server.hub) == 0)
        connection.close()

    visit(app, story)


def test_a_browser_that_vanishes_behind_the_front_door_is_given_up(app, cookie, _hasty):
    async def story(house: House) -> None:
        ports = Ports(front=0, web=0, hooks=0, emulator=0, live=URL(house.url).port, stripe=0)
        door = web.AppRunner(FrontDoor(ports, "localhost").application(), handler_cancellation=True)
        await door.setup()
        await web.TCPSite(door, "127.0.0.1", 0).start()
        connection = await asyncio.to_thread(listen, door.addresses[0][1], cookie)
        await asyncio.to_thread(vanish, connection)
        await house.until(lambda: len(house.server.hub) == 0)
        connection.close()
        await door.cleanup()

    visit(app, story)


def test_the_limits_add_up_to_half_a_minute():
    assert server.BEAT_SECONDS + server.SILENT_SECONDS < 30
