"""Which tenants have been seen, since when and until when: who is young, and how many are active."""

import math
from collections.abc import Iterable
from uuid import UUID

ACTIVE_SECONDS = 3600.0
MOST = 100_000
COARSE_SECONDS = 60.0  # how often the count of active ones is taken


class Seen:
    """The tenants that detection has heard of; the ones not seen for longest go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._first: dict[UUID, float] = {}
        self._last: dict[UUID, float] = {}
        self._active, self._counted_at = 0, -math.inf

    def add(self, tenants: Iterable[UUID | None], now: float) -> None:
        """These have been seen now."""
        for tenant in tenants:
            if tenant is not None:
                if tenant not in self._first:
                    self._first[tenant] = now
                    self._active += 1
                self._last.pop(tenant, None)
                self._last[tenant] = now
        while len(self._last) > self._most:
            oldest = next(iter(self._last))
            del self._last[oldest], self._first[oldest]

    def seconds(self, tenant: UUID, now: float) -> float:
        """For how long a tenant has been seen."""
        return now - self._first.get(tenant, now)

    def active(self, now: float) -> int:
        """How many were seen within the last hour, as of a minute ago; new ones at once."""
        if now - self._counted_at >= COARSE_SECONDS:
            self._counted_at = now
            self._active = sum(last > now - ACTIVE_SECONDS for last in self._last.values())
        return self._active

    def state(self) -> list[list[object]]:
        """All of them, as JSON."""
        return [[str(tenant), self._first[tenant], last] for tenant, last in self._last.items()]

    def restore(self, state: list[list[object]]) -> None:
        """Take back what `state` gave."""
        for name, first, last in state:
            tenant = UUID(str(name))
            self._first[tenant] = min(float(str(first)), self._first.get(tenant, math.inf))
            self._last.setdefault(tenant, float(str(last)))
        self._counted_at = -math.inf
