"""An emulator, a client of it and a callback that receives its webhooks, all in one event loop."""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
from aerostic_emulator import seed
from aerostic_emulator.config import Config
from aerostic_emulator.server import Emulator
from aiohttp import web

FAST = {"sent_ms": (0, 1), "delivered_ms": (0, 1), "read_ms": (0, 1), "held_ms": (0, 1), "review_ms": (0, 1),
        "batch_ms": 1, "retry_s": [0.01, 0.01], "window": False, "webhook_connections": 1}  # fmt: skip
CUSTOMER = "+4915112345678"


class Callback:
    """A webhook endpoint: keeps what it is sent and answers what it is told to."""

    def __init__(self) -> None:
        """Answer 200 until told otherwise."""
        self.answers: list[int] = []
        self.bodies: list[bytes] = []
        self.genuine: list[bool] = []

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Echo a challenge, or keep a webhook."""
        if request.method == "GET":
            known = request.query.get("hub.verify_token") == seed.VERIFY_TOKEN
            return web.Response(text=request.query["hub.challenge"], status=200 if known else 403)
        body = await request.read()
        expected = "sha256=" + hmac.new(seed.APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        self.bodies.append(body)
        self.genuine.append(request.headers["X-Hub-Signature-256"] == expected)
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    def values(self, field: str = "messages") -> list[dict[str, Any]]:
        """Return the values of every change of a field, in order of arrival."""
        entries = [entry for body in self.bodies for entry in json.loads(body)["entry"]]
        return [change["value"] for entry in entries for change in entry["changes"] if change["field"] == field]

    def statuses(self) -> list[dict[str, Any]]:
        """Return every status, in order of arrival."""
        return [status for value in self.values() for status in value.get("statuses", [])]

    def messages(self) -> list[dict[str, Any]]:
        """Return every inbound message, in order of arrival."""
        return [message for value in self.values() for message in value.get("messages", [])]


class Lab:
    """A running emulator and its client."""

    def __init__(self, emulator: Emulator, url: str, session: aiohttp.ClientSession, callback: Callback) -> None:
        """Keep the parts."""
        self.emulator, self.url, self.session, self.callback = emulator, url, session, callback
        self.token = seed.TOKEN

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """Call the Graph API and return status and answer."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        async with self.session.request(method, self.url + path, json=body, headers=headers, **options) as answer:
            return answer.status, await answer.json(content_type=None)

    async def send(self, body: dict[str, Any], phone_id: str = seed.PHONE_ID) -> tuple[int, Any]:
        """Send a message; what the body lacks is filled in."""
        whole = {"messaging_product": "whatsapp", "to": CUSTOMER, **body}
        return await self.call("POST", f"/v24.0/{phone_id}/messages", whole)

    async def send_text(self, to: str = CUSTOMER, **more: Any) -> tuple[int, Any]:
        """Send a text."""
        return await self.send({"to": to, "type": "text", "text": {"body": "Hello"}, **more})

    async def send_template(self, to: str = CUSTOMER, name: str = seed.MARKETING, *values: str) -> tuple[int, Any]:
        """Send a template with body values."""
        parameters = [{"type": "text", "text": value} for value in values or ("Ada",)]
        template = {"name": name, "language": {"code": "en_US"},
                    "components": [{"type": "body", "parameters": parameters}]}  # fmt: skip
        return await self.send({"to": to, "type": "template", "template": template})

    async def refusal(self, body: dict[str, Any]) -> int:
        """Send a message and return the code it is refused with (0 when it is accepted)."""
        _, answer = await self.send(body)
        return answer.get("error", {}).get("code", 0)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call the control API."""
        async with self.session.request(method, f"{self.url}/_emulator/{path}", json=body) as answer:
            return await answer.json()

    async def settle(self) -> None:
        """Wait until nothing more is to come."""
        assert await self.control("GET", "idle?timeout=5") == {"idle": True}


@contextlib.asynccontextmanager
async def lab(**settings: Any) -> AsyncIterator[Lab]:
    """Run an emulator with fast webhooks and a callback registered with its app."""
    callback = Callback()
    runner = web.ServerRunner(web.Server(callback.handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    emulator = Emulator(Config(**{**FAST, **settings}))
    emulator.world.state.apps[seed.APP_ID].callback_url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        async with emulator.serve() as url, aiohttp.ClientSession() as session:
            yield Lab(emulator, url, session, callback)
    finally:
        await runner.cleanup()


def in_lab(test: Callable[[Lab], Awaitable[None]], **settings: Any) -> None:
    """Run a test's coroutine in a lab."""

    async def run() -> None:
        async with lab(**settings) as place:
            await test(place)

    asyncio.run(run())
