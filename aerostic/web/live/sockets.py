"""Connections that stay open: how many there may be, and when one whose other end has vanished without a word is given up."""

import asyncio
import resource
import socket

# A beat leaves at most 15 seconds after the other end has vanished, and 12 later it is plain that nobody takes it.
SILENT_SECONDS = 12.0


def give_up_after(transport: asyncio.BaseTransport | None, seconds: float) -> None:
    """Let the kernel end a connection once what we sent has not been acknowledged for so long."""
    connection = transport.get_extra_info("socket") if transport else None
    if connection is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))


def allow_many() -> None:
    """Take as many open files as this process may have: each stream is one, and two at the front door."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
