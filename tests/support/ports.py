"""Ports for tests."""

import os
import socket
from contextlib import ExitStack

FIRST, LAST = 20_000, 30_000


def free_ports(number: int) -> int:
    """The first of some free ports in a row. Test processes that run at the same time begin to look at different places."""
    begin = FIRST + os.getpid() * 64 % (LAST - FIRST)
    first: int
    for first in [*range(begin, LAST, number), *range(FIRST, begin, number)]:
        try:
            with ExitStack() as stack:
                for port in range(first, first + number):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise OSError("no free ports")
