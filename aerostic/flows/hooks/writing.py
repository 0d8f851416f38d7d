"""Keeping many small runs together: whoever comes while a transaction is on its way shares the next one.

Committing takes the disk as long for a hundred rows as for one. The first who finds nobody at work writes, for itself and all who
have gathered; then the first of those who came meanwhile. So nobody waits for more than the transaction before its own, and an
idle server keeps nobody waiting. Tenants do not wait for each other, and each group is written in its tenant's scope.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")
MOST = 500


class _Ticket(Generic[T]):
    """One who waits. `turn` is let go when it is kept, failed, or to write itself."""

    __slots__ = ("done", "error", "turn", "what")

    def __init__(self, what: T) -> None:
        self.what, self.done, self.turn = what, False, Lock()
        self.error: BaseException | None = None
        self.turn.acquire()


class Together(Generic[T]):
    """Keeps things in groups.

    Args:
        write: keeps many of one tenant in one transaction; whatever it raises reaches all of them.
    """

    def __init__(self, write: Callable[[UUID, Sequence[T]], None]) -> None:
        self._write, self._lock = write, Lock()
        # Who waits, by tenant; the first of a list is at work. No list: nobody is.
        self._waiting: dict[UUID, list[_Ticket[T]]] = {}

    def keep(self, tenant_id: UUID, what: T) -> None:
        """Return when it is kept.

        Raises:
            Exception: what `write` raised; it is not kept then, or nobody knows.
        """
        ticket = _Ticket(what)
        with self._lock:
            waiting = self._waiting.get(tenant_id)
            if waiting is None:
                self._waiting[tenant_id] = [ticket]
            else:
                waiting.append(ticket)
        if waiting is not None:
            ticket.turn.acquire()
        if not ticket.done:
            self._lead(tenant_id)
        if ticket.error:
            raise ticket.error

    def _lead(self, tenant_id: UUID) -> None:
        """Write what has gathered, tell them, and let the next one of those who came meanwhile write."""
        with self._lock:
            group = self._waiting[tenant_id][:MOST]
        error: BaseException | None = None
        try:
            self._write(tenant_id, [ticket.what for ticket in group])
        except BaseException as raised:
            error = raised
        with self._lock:
            left = self._waiting[tenant_id][len(group) :]
            if left:
                self._waiting[tenant_id] = left
            else:
                del self._waiting[tenant_id]
        if left:
            left[0].turn.release()
        for ticket in group:
            ticket.done, ticket.error = True, error
            ticket.turn.release()
