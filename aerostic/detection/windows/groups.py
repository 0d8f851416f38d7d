"""How keys are spread over a cluster: a few groups, each in one hash slot, so that a group's tick is one call."""

from functools import lru_cache
from itertools import count

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

CLUSTER_GROUPS = 6
"""Fixed for the life of an installation: another number would look for a key in another place. Enough for six masters."""


@lru_cache
def tags(groups: int) -> tuple[str, ...]:
    """A hash tag for each group, whose slots lie evenly, so that masters with equal ranges have equal shares."""
    width = REDIS_CLUSTER_HASH_SLOTS // groups
    return tuple(
        next(str(number) for number in count() if key_slot(str(number).encode()) // width == group)
        for group in range(groups)
    )
