"""The contract of the event bus. Two transports keep it (Redis streams, Kafka), held by one conformance suite.

- At least once: an event that was polled and not committed comes again, to this member or to the one that takes over.
- Events with the same key keep their order. An event that comes again comes with those that followed it.
- Groups are independent: each gets every event. The members of one group share the work.
- Nothing is dropped before every group has committed it (Redis), or before the topic's retention ends (Kafka).
"""

from collections.abc import Sequence
from typing import Protocol

from aerostic.db import Event

PARTITIONS = 8
"""Fixed for the life of an installation: another number would send a key to another partition and lose its order."""
LEASE_SECONDS = 30.0
"""How long a member that stopped beating keeps its partitions."""


class BusError(Exception):
    """The bus did not take the events. Publish them again; consumers drop what comes twice."""


class BusFullError(BusError):
    """The bus is at its bound: a group does not keep up, or nobody runs it any more.

    Args:
        refused: the events that it did not take; it has the others.
    """

    def __init__(self, text: str = "", refused: Sequence[Event] = ()) -> None:
        super().__init__(text)
        self.refused = refused


class Consumer(Protocol):
    """One member of a group. Not safe for use by several threads."""

    def poll(self, limit: int, timeout_seconds: float) -> list[Event]:
        """Up to `limit` events that follow what was polled before; empty when none came in time.

        A member has to poll, commit or `keep()` at least every half lease, or others take its partitions over.
        """
        ...

    def keep(self) -> None:
        """Stay a member during long work between two polls."""
        ...

    def commit(self) -> None:
        """Everything polled so far is done with. What another member has taken over meanwhile is left to that one."""
        ...

    def close(self) -> None:
        """Leave the group at once; what was not committed goes to the other members."""
        ...


class Bus(Protocol):
    """Carries events from the outbox to every group of consumers."""

    def publish(self, events: Sequence[Event]) -> None:
        """Append events in their order. When this returns, the transport keeps them.

        Raises:
            BusError: at least one event was not confirmed; some may be on the bus.
        """
        ...

    def create_group(self, group: str, *, from_start: bool = False) -> None:
        """Give a group its place on the bus; one that has a place keeps it.

        Args:
            group: who consumes, e.g. `campaigns.progress`.
            from_start: whether it begins at the oldest event kept, or with what comes from now on.
        """
        ...

    def consumer(self, group: str, *, name: str, from_start: bool = False) -> Consumer:
        """Join a group, created as `create_group` does if it never was.

        Args:
            group: who consumes.
            name: this member, for people who look at the transport.
            from_start: as for `create_group`.
        """
        ...

    def lag(self, group: str) -> int:
        """How many events the group has not committed yet."""
        ...

    def idle_groups(self) -> list[str]:
        """Groups that have a place on the bus and no member at this moment, by name. What they have not committed is kept."""
        ...

    def forget(self, group: str) -> None:
        """Remove a group that nobody runs any more, with its position."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
