"""The stream that keeps the phone's page fresh: server-sent events that say what to fetch again, never what it says now.

So a burst of a thousand messages is one small event, and a page that was away for a while is right after one fetch.
"""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from .world import World

MOST_STREAMS = 64
HEARTBEAT_S = 15.0
PACE_S = 0.15
Key = tuple[str, str]
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(slots=True, eq=False)
class Listener:
    """One open page: the chat it shows, and what has changed since it was told last."""

    watched: Key
    chat: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self) -> bytes:
        """Return the event to send, and start collecting anew."""
        name = "chat" if self.chat else "chats"
        self.chat = False
        self.wake.clear()
        return f"event: {name}\ndata: {{}}\n\n".encode()


class Listeners:
    """The pages that are open; false when there are none, so that a benchmark pays nothing for them."""

    def __init__(self) -> None:
        """Start with none."""
        self._open: set[Listener] = set()

    def __bool__(self) -> bool:
        """Return whether anybody watches."""
        return bool(self._open)

    @property
    def full(self) -> bool:
        """Return whether no further page may listen."""
        return len(self._open) >= MOST_STREAMS

    def add(self, listener: Listener) -> None:
        """Tell a page from now on."""
        self._open.add(listener)

    def remove(self, listener: Listener) -> None:
        """Tell a page no longer."""
        self._open.discard(listener)

    def tell(self, key: Key | None) -> None:
        """Say that a chat has changed, or with None that all have."""
        for listener in self._open:
            listener.chat = listener.chat or key is None or key == listener.watched
            listener.wake.set()


async def stream(world: "World", request: web.BaseRequest) -> web.StreamResponse:
    """Answer `GET /_emulator/stream?number=&person=`: `chat` when that chat has changed, `chats` when others have."""
    listeners = world.chats.listeners
    if listeners.full:
        return web.json_response({"error": f"at most {MOST_STREAMS} pages can listen"}, status=503)
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    listener = Listener((request.query.get("number", ""), request.query.get("person", "")))
    listeners.add(listener)
    try:
        await response.write(b"retry: 1000\n\n")
        while True:
            await _pass_on(response, listener)
    except ConnectionResetError:
        return response
    finally:
        listeners.remove(listener)


async def _pass_on(response: web.StreamResponse, listener: Listener) -> None:
    try:
        async with asyncio.timeout(HEARTBEAT_S):
            await listener.wake.wait()
    except TimeoutError:
        await response.write(b": still here\n\n")
        return
    await response.write(listener.take())
    await asyncio.sleep(PACE_S)
