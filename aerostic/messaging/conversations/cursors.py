"""A place in a list that is read from its newest entry backwards."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

EPOCH = datetime.fromtimestamp(0, UTC)
MICROSECOND = timedelta(microseconds=1)


class Cursor(NamedTuple):
    """Behind which entry to go on: its time and its id."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND:x}-{self.id.hex}"

    @classmethod
    def read(cls, written: str) -> "Cursor | None":
        """What an address holds; None where that is no cursor, and the list begins at its newest entry."""
        at, _, id_ = written.partition("-")
        try:
            return cls(EPOCH + int(at, 16) * MICROSECOND, UUID(hex=id_))
        except (ValueError, OverflowError):
            return None
