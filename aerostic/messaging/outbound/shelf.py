"""The messages a lane holds in memory, in the order they will leave."""

import heapq
from itertools import count
from uuid import UUID

from aerostic.messaging.outbound.queue import FIRST, Waiting


class Shelf:
    """A priority queue that lets batches take turns.

    Within a priority each batch has its own row of turns; the message with the earliest turn leaves first, so that two
    campaigns share the lane whatever their sizes, and a batch that comes late starts at the present turn.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, Waiting]] = []
        self._order = count()
        self._turns: dict[UUID | None, int] = {}
        self._turn = 0
        self._held: set[UUID] = set()
        self.cursors: dict[UUID, UUID] = {}

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, waiting: list[Waiting]) -> int:
        """Put messages in, leaving out what is here already; returns how many were new."""
        before = len(self._heap)
        for item in waiting:
            if item.message.id in self._held:
                continue
            turn = max(self._turns.get(item.batch_id, 0) + 1, self._turn)
            self._turns[item.batch_id] = turn
            self._held.add(item.message.id)
            heapq.heappush(self._heap, (item.priority, turn, next(self._order), item))
        return len(self._heap) - before

    def take(self, most: int) -> list[Waiting]:
        """The next messages to leave."""
        taken: list[Waiting] = []
        while self._heap and len(taken) < most:
            _, turn, _, item = heapq.heappop(self._heap)
            if item.batch_id is not None:
                self._turn = turn
            taken.append(item)
        return taken

    def forget(self, ids: set[UUID]) -> None:
        """These have been sent, or may not be: they may come again if the database says so."""
        self._held -= ids

    def cursor(self, batch_id: UUID) -> UUID:
        """After which id to read on in a batch."""
        return self.cursors.get(batch_id, FIRST)
