"""A load generator for one kind of request: bytes made beforehand, over connections that stay open."""

import asyncio
from collections import deque
from time import perf_counter

CONNECTIONS = 32
WRONG = "the server did not answer 200"


class _Connection(asyncio.Protocol):
    """One request at a time. An answer ends with the blank line: it has no body."""

    def __init__(self, free: "deque[_Connection]", latencies: list[float]) -> None:
        self._free, self._latencies = free, latencies
        self._answer, self._due = b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self.transport = transport
        self._free.append(self)

    def send(self, request: bytes, due: float) -> None:
        """Send; the latency counts from when it was due."""
        self._due = due
        self.transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Note the latency once the answer is whole."""
        self._answer += data
        if not self._answer.endswith(b"\r\n\r\n"):
            return
        if not self._answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{WRONG}: {self._answer[:80]!r}")
        self._answer = b""
        self._latencies.append(perf_counter() - self._due)
        self._free.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        """A server that closes is reported by the requests that stay unanswered."""


async def _connect(port: int, latencies: list[float]) -> "deque[_Connection]":
    loop, free = asyncio.get_running_loop(), deque["_Connection"]()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: _Connection(free, latencies), "127.0.0.1", port)
    return free


def closed_loop(port: int, requests: list[bytes], count: int, seconds: float = 120.0) -> float:
    """Send `count` requests, the next one of a connection when the last is answered. Returns requests a second.

    Raises:
        RuntimeError: not all were answered with 200 in time.
    """
    return asyncio.run(_run(port, requests, count, 0.0, seconds))[0]


def open_loop(port: int, requests: list[bytes], count: int, rate: float, seconds: float = 120.0) -> list[float]:
    """Send `count` requests at `rate` a second whatever the answers do. Returns latencies in seconds, sorted.

    A request that has to wait for a free connection is late from the moment it was due.
    """
    return asyncio.run(_run(port, requests, count, rate, seconds))[1]


async def _run(port: int, requests: list[bytes], count: int, rate: float, seconds: float) -> tuple[float, list[float]]:
    latencies: list[float] = []
    free = await _connect(port, latencies)
    start, sent = perf_counter(), 0
    while len(latencies) < count:
        now = perf_counter()
        if now - start > seconds:
            raise RuntimeError(f"{WRONG} in time: {len(latencies)} of {count}")
        allowed = min(count, int((now - start) * rate)) if rate else count
        while free and sent < allowed:
            free.popleft().send(requests[sent % len(requests)], start + sent / rate if rate else now)
            sent += 1
        await asyncio.sleep(0.0005 if rate else 0)
    return count / (perf_counter() - start), sorted(latencies)
