"""A load generator for calls that are answered with a body: bytes made beforehand, over connections that stay open."""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Any

CONNECTIONS = 128
OK, LENGTH, END = b"HTTP/1.1 200", b"content-length:", b"\r\n\r\n"


class _Load:
    """What all connections share: how many requests are to be sent yet, and how many answered."""

    def __init__(self, port: int, requests: Sequence[bytes], count: int, expected: bytes) -> None:
        self.requests, self.left, self.open, self.expected = requests, count, count, expected
        self._port, self._loop = port, asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self._loop.create_future()
        self.connecting: list[asyncio.Task[Any]] = []

    def connect(self) -> None:
        """One more connection."""
        if len(self.connecting) >= 2 * CONNECTIONS:
            self.fail("the server of the benchmark keeps closing connections")
            return
        made = self._loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._port)
        self.connecting.append(self._loop.create_task(made))

    def fail(self, why: str) -> None:
        """Give up."""
        if not self.done.done():
            self.done.set_exception(RuntimeError(why))


class _Connection(asyncio.Protocol):
    """One request at a time; the next when the last is answered."""

    def __init__(self, load: _Load) -> None:
        self._load, self._answer, self._waits = load, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport
        self._send()

    def _send(self) -> None:
        """Send the next one, if there is one."""
        load = self._load
        self._waits = bool(load.left)
        if load.left:
            load.left -= 1
            self._transport.write(load.requests[load.left % len(load.requests)])  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Count the answer once it is whole."""
        self._answer += data
        head, found, body = self._answer.partition(END)
        if not found or len(body) < _length(head):
            return
        load, self._answer = self._load, b""
        if not head.startswith(OK) or body != load.expected:
            load.fail(f"an answer of the benchmark was {(head[:40], body[:200])}")
            return
        load.open -= 1
        if not load.open and not load.done.done():
            load.done.set_result(None)
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        """Servers close what they take for idle; what was on its way then is sent anew."""
        if self._waits and not self._load.done.done():
            self._load.left += 1
            self._load.connect()


def rate(port: int, requests: Sequence[bytes], count: int, expected: bytes, *, seconds: float = 300.0) -> float:
    """Send `count` requests over all connections. Returns answers a second.

    Args:
        expected: the body of every answer.

    Raises:
        RuntimeError, TimeoutError: an answer was another, or none.
    """
    return asyncio.run(_run(port, requests, count, expected, seconds))


async def _run(port: int, requests: Sequence[bytes], count: int, expected: bytes, seconds: float) -> float:
    load, began = _Load(port, requests, count, expected), perf_counter()
    for _ in range(CONNECTIONS):
        load.connect()
    await asyncio.wait_for(load.done, seconds)
    took = perf_counter() - began
    for transport, _connection in await asyncio.gather(*load.connecting):
        transport.close()
    return count / took


def _length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.index(LENGTH) + len(LENGTH)
    return int(lowered[at:].split(b"\r\n", 1)[0])
