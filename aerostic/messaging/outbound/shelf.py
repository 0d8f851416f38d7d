"""The messages a lane holds in memory, in the order they will leave."""

import heapq
from collections.abc import Callable
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

    def take(self, most: int, bulk: int | None = None) -> list[Waiting]:
        """The next messages to leave.

        Args:
            bulk: how many of them at most may be of batches, or advertising; None for any number. Others pass them.
        """
        taken: list[Waiting] = []
        passed: list[tuple[int, int, int, Waiting]] = []
        left = most if bulk is None else bulk
        while self._heap and len(taken) < most:
            if not left and self._heap[0][3].batch_id is not None:
                break  # nothing comes after batches
            entry = heapq.heappop(self._heap)
            item = entry[3]
            if item.bulk and not left:
                passed.append(entry)
                continue
            left -= item.bulk
            if item.batch_id is not None:
                self._turn = entry[1]
            taken.append(item)
        for entry in passed:
            heapq.heappush(self._heap, entry)
        return taken

    def drop(self, keeps: Callable[[Waiting], bool]) -> None:
        """Forget what is not kept, as if it had never been read."""
        kept = [entry for entry in self._heap if keeps(entry[3])]
        self._held -= {entry[3].message.id for entry in self._heap if not keeps(entry[3])}
        self._heap = kept
        heapq.heapify(self._heap)
        self.cursors.clear()

    def forget(self, ids: set[UUID]) -> None:
        """These have been sent, or may not be: they may come again if the database says so."""
        self._held -= ids

    def cursor(self, batch_id: UUID) -> UUID:
        """After which id to read on in a batch."""
        return self.cursors.get(batch_id, FIRST)
