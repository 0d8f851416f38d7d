"""Reading bodies: never more of one than may come, and never more of all at once than there is room for."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class GoneError(Exception):
    """The caller has gone before the body was whole."""


class FullError(Exception):
    """There is no room for more at the moment."""


class Bodies:
    """Those that are in memory.

    Args:
        room: bytes of all of them.
    """

    def __init__(self, room: int) -> None:
        self.room = room

    async def read(self, receive: Receive, limit: int) -> bytes | None:
        """A body, which takes room until `release`; None of one that is longer than `limit`, of which no more is read then.

        Raises:
            GoneError, FullError: see there.
        """
        parts: list[bytes] = []
        length, more = 0, True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                part = message.get("body", b"")
                parts.append(part)
                length += len(part)
                self.room -= len(part)
                if self.room < 0:
                    raise FullError
                if length > limit:
                    self.room += length
                    return None
                more = message.get("more_body", False)
        except BaseException:
            self.room += length
            raise
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def release(self, body: bytes) -> None:
        """A body that was read is needed no more."""
        self.room += len(body)
