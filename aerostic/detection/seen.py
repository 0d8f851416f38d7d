"""Which tenants have been seen, since when and until when: who is young, and how many are active."""

from collections.abc import Iterable
from uuid import UUID

ACTIVE_SECONDS = 3600.0
KEPT_SECONDS = 30 * 24 * 3600.0
MOST = 100_000
COARSE_SECONDS = 60.0  # how often the count of active ones is taken


class Seen:
    """The tenants that detection has heard of; the ones not seen for longest go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._active, self._counted_at = 0, float("-inf")

    def add(self, tenants: Iterable[UUID | None], now: float) -> None:
        """These have been seen now."""
        for tenant in tenants:
            if tenant is not None:
                name = str(tenant)
                if name not in self._first:
                    self._first[name] = now
                    self._active += 1
                self._last.pop(name, None)
                self._last[name] = now
        while len(self._last) > self._most:
            oldest = next(iter(self._last))
            del self._last[oldest], self._first[oldest]

    def seconds(self, tenant: UUID, now: float) -> float:
        """For how long a tenant has been seen."""
        return now - self._first.get(str(tenant), now)

    def active(self, now: float) -> int:
        """How many were seen within the last hour, as of a minute ago; new ones at once."""
        if now - self._counted_at >= COARSE_SECONDS:
            self._counted_at = now
            self._active = sum(last > now - ACTIVE_SECONDS for last in self._last.values())
        return self._active

    def state(self) -> list[list[object]]:
        """All of them, as JSON."""
        return [[name, self._first[name], last] for name, last in self._last.items()]

    def restore(self, state: list[list[object]]) -> None:
        """Take back what `state` gave."""
        for name, first, last in state:
            self._first[str(name)] = min(float(str(first)), self._first.get(str(name), float("inf")))
            self._last.setdefault(str(name), float(str(last)))
        self._counted_at = float("-inf")
