"""A client that vanishes without a word: cable pulled, laptop shut."""

import ctypes
import socket
import struct

SO_ATTACH_FILTER = 26
DROP_EVERYTHING = struct.pack("HBBI", 0x06, 0, 0, 0)  # one instruction of the kernel's packet filter: return 0


def vanish(connection: socket.socket) -> None:
    """Let the kernel drop whatever comes in on a connection, so that nothing is ever acknowledged again."""
    program = ctypes.create_string_buffer(DROP_EVERYTHING)
    connection.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxP", 1, ctypes.addressof(program)))
