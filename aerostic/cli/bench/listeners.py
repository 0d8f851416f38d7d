"""Tabs that listen, in a process of their own: many streams, which come back as browsers do.

Started with the port; the first line that comes in is a JSON list of cookies, one stream for each. Then it takes a command a
line and answers a line of JSON:
`vanish N` makes N streams deaf, `clear` forgets what was measured, `report` tells it.
"""

import asyncio
import json
import random
import sys
import threading
import time
from itertools import chain
from typing import Any

from aerostic.cli.bench.vanishing import vanish

TOPICS = "contacts,imports"
AWAY = (1.0, 4.0)  # seconds, as the server's `retry`


class Listener(asyncio.Protocol):
    """One tab."""

    def __init__(self, port: int, cookie: str) -> None:
        self.open = self.caught_up = False
        self.delays: list[float] = []
        self._port, self._cookie = port, cookie
        self._buffer, self._last = b"", ""
        self._deaf = False

    async def connect(self) -> None:
        """Open the stream, or try again later."""
        try:
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)
        except OSError:
            self._later()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        self._transport, self._buffer = transport, b""
        last = f"Last-Event-ID: {self._last}\r\n" if self._last else ""
        ask = f"GET /live?topics={TOPICS} HTTP/1.1\r\nHost: app.localhost\r\nCookie: {self._cookie}\r\n{last}\r\n"
        transport.write(ask.encode())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Note what is told, and how long it took since it was written to the stream."""
        if data.startswith(b"HTTP/1.1") and not data.startswith(b"HTTP/1.1 200"):
            self._transport.close()  # refused: come back
            return
        *events, self._buffer = (self._buffer + data).split(b"\n\n")
        for event in events:
            fields = dict(line.partition(b": ")[::2] for line in event.split(b"\n"))
            self._hear(fields.get(b"event", b""), fields.get(b"id", b"").decode(), fields.get(b"data", b""))

    def connection_lost(self, error: Exception | None) -> None:
        """Come back."""
        self.open = False
        if not self._deaf:
            self._later()

    def vanish(self) -> None:
        """Never answer anything again."""
        self._deaf = True
        vanish(self._transport.get_extra_info("socket"))

    def clear(self) -> None:
        """Forget what was measured."""
        self.delays, self.caught_up = [], False

    def _hear(self, name: bytes, id_: str, data: bytes) -> None:
        self._last = id_ or self._last
        if name == b"ready":
            self.open = True
        elif name == b"notice":
            self.delays.append(time.time() - int(id_.partition("-")[0]) / 1000)
        self.caught_up = self.caught_up or name == b"resync" or b"imports" in data

    def _later(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(random.uniform(*AWAY), lambda: loop.create_task(self.connect()))  # noqa: S311


def _report(listeners: list[Listener]) -> dict[str, Any]:
    delays = sorted(delay for listener in listeners for delay in listener.delays)
    return {
        "open": sum(listener.open for listener in listeners),
        "caught_up": sum(listener.caught_up for listener in listeners),
        "heard": len(delays),
        "p50": delays[len(delays) // 2] if delays else None,
        "p95": delays[len(delays) * 95 // 100] if delays else None,
    }


def _answer(listeners: list[Listener], command: str, argument: str) -> dict[str, Any]:
    if command == "vanish":
        for listener in listeners[: int(argument)]:
            listener.vanish()
        del listeners[: int(argument)]
    elif command == "clear":
        for listener in listeners:
            listener.clear()
    return _report(listeners)


async def _listen(port: int) -> None:
    loop, commands = asyncio.get_running_loop(), asyncio.Queue[str]()

    def read() -> None:
        for line in chain(sys.stdin, ("",)):
            loop.call_soon_threadsafe(commands.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()
    listeners = [Listener(port, cookie) for cookie in json.loads(await commands.get())]
    for listener in listeners:
        await listener.connect()
    while line := await commands.get():
        command, _, argument = line.strip().partition(" ")
        print(json.dumps(_answer(listeners, command, argument)), flush=True)


if __name__ == "__main__":
    asyncio.run(_listen(int(sys.argv[1])))
