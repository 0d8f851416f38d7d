"""Where the Redis transport keeps its things."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RedisKeys:
    """Names of keys.

    Args:
        prefix: first part of every key.
        partitions: how many streams there are.
    """

    prefix: str
    partitions: int

    def stream(self, partition: int) -> str:
        """The stream of a partition."""
        return f"{self.prefix}:events:{partition}"

    def streams(self) -> list[str]:
        """All streams, by partition."""
        return [self.stream(partition) for partition in range(self.partitions)]

    def lease(self, partition: int, group: str) -> str:
        """Which member of a group owns a partition."""
        return f"{self.prefix}:events:{partition}:lease:{group}"

    def leases(self, group: str) -> list[str]:
        """All leases of a group, by partition."""
        return [self.lease(partition, group) for partition in range(self.partitions)]

    def members(self, group: str) -> str:
        """The members of a group by the time of their last beat."""
        return f"{self.prefix}:events:members:{group}"
