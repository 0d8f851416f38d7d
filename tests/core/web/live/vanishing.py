"""A browser that vanishes without a word: cable pulled, laptop shut."""

import ctypes
import socket
import struct

SO_ATTACH_FILTER = 26
DROP_EVERYTHING = struct.pack("HBBI", 0x06, 0, 0, 0)  # one instruction of the kernel's packet filter: return 0


def vanish(connection: socket.socket) -> None:
    """Let the kernel drop whatever comes in on a connection, so that nothing is ever acknowledged again."""
    program = ctypes.create_string_buffer(DROP_EVERYTHING)
    connection.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxP", 1, ctypes.addressof(program)))


def listen(port: int, cookie: str, host: str = "app.localhost", topics: str = "contacts") -> socket.socket:
    """Open a stream over a bare connection, and read until it is ready."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    lines = (f"GET /live?topics={topics} HTTP/1.1", f"Host: {host}", f"Cookie: {cookie}", "", "")
    connection.sendall("\r\n".join(lines).encode())
    got = b""
    while b"event: ready" not in got:
        part = connection.recv(4096)
        assert part, got
        got += part
    assert got.startswith(b"HTTP/1.1 200"), got
    return connection
