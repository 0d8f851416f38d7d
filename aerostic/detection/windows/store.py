"""The windows of all detectors of a process."""

from collections.abc import Mapping, Sequence
from uuid import uuid4
from zlib import crc32

from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import RedisError

from aerostic.detection.contract import Counted, Exact, Windows
from aerostic.detection.windows.counted import CountedSeries
from aerostic.detection.windows.groups import CLUSTER_GROUPS, tags
from aerostic.detection.windows.memory import MemoryWindows
from aerostic.detection.windows.metrics import OWED
from aerostic.detection.windows.owed import Group
from aerostic.detection.windows.restoring import read
from aerostic.detection.windows.script import SHARE
from aerostic.detection.windows.shared import Shared, SharedCounts, SharedMembers

PROCESS_KEYS = 600_000
SETTLE_SECONDS = 0.5
"""How long counts may wait of a key that no other process is known to count: written together, they cost half."""


class WindowStore:
    """The windows of all detectors of a process, shared through Redis where there is one. For one thread.

    Args:
        redis: None keeps everything in memory.
        prefix: first part of every key in Redis.
        declared: each detector's windows, by its name.
        most_keys: keys of all windows that are kept in memory; the largest window gives up its oldest first.
        settle_seconds: how long counts may wait of a key that no other process is known to count.
    """

    def __init__(
        self,
        redis: Redis | RedisCluster | None,
        prefix: str,
        declared: Mapping[str, Sequence[Counted | Exact]],
        *,
        most_keys: int = PROCESS_KEYS,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self._redis, self._prefix, self._most_keys = redis, prefix, most_keys
        self._windows = {name: MemoryWindows(windows, shared=redis is not None) for name, windows in declared.items()}
        self._series = [(name, series) for name, windows in self._windows.items() for series in windows.series]
        self._shared: list[Shared] = [
            SharedCounts(name, series) if isinstance(series, CountedSeries) else SharedMembers(name, series)
            for name, series in self._series
        ]
        self._settle_seconds = settle_seconds
        self._settled = [float("-inf")] * len(self._shared)
        self._groups: list[Group] = []
        if redis is not None:
            script, process = redis.register_script(SHARE), uuid4().hex
            number = CLUSTER_GROUPS if isinstance(redis, RedisCluster) else 1
            self._groups = [Group(script, tag, prefix, process, self._shared) for tag in tags(number)]

    def of(self, detector: str) -> Windows:
        """The windows of a detector.

        Raises:
            KeyError: it was not declared.
        """
        return self._windows[detector]

    def keys(self) -> int:
        """How many keys of all windows are in memory."""
        return sum(len(series) for _, series in self._series)

    def owed(self) -> int:
        """How many counts wait to be written to Redis."""
        return sum(group.entries for group in self._groups)

    def flush(self, now: float, *, everything: bool = False) -> None:
        """End a tick: write what was counted, take in what other processes have counted for the same keys.

        Args:
            now: the clock, in seconds since 1970.
            everything: whether nothing may wait any more, since the process ends.

        Raises:
            RedisError: a server did not take its part. Nothing is lost in this process; the next ticks try again.
        """
        self._collect(now, everything=everything)
        error: RedisError | None = None
        for group in self._groups:
            try:
                group.pay(now)
            except RedisError as failure:
                error = error or failure
        self._forget(now)
        OWED.set(self.owed())
        if error is not None:
            raise error

    def restore(self) -> None:
        """Read back what was written before this process started. Keys that are used come back by themselves, a tick later.

        Raises:
            RedisError: the server is away; what was read until then stays.
        """
        if self._redis is None:
            return
        self._collect(0.0, everything=True)
        by_name = {window.name: number for number, window in enumerate(self._shared)}
        for name, key, answer in read(
            self._redis, self._prefix, {name: self._shared[at].head[0] for name, at in by_name.items()}
        ):
            place = (by_name[name], key)
            self._shared[place[0]].take(key, answer, self._group(key).owed.get(place, {}), new=True)
            if self.keys() >= self._most_keys:
                return

    def _collect(self, now: float, *, everything: bool) -> None:
        if not self._groups:
            return
        for number, window in enumerate(self._shared):
            settles = everything or self._settles(number, now)
            for key, field, value in window.drain(everything=settles):
                self._group(key).owe((number, key), field, value)

    def _settles(self, number: int, now: float) -> bool:
        """Whether a window's time has come; each has another moment, so that no tick has to carry all of them."""
        turn = (now / self._settle_seconds + number / len(self._shared)) // 1
        due = turn != self._settled[number]
        self._settled[number] = turn
        return due

    def _group(self, key: str) -> Group:
        groups = self._groups
        return groups[crc32(key.encode()) % len(groups)] if len(groups) > 1 else groups[0]

    def _forget(self, now: float) -> None:
        for windows in self._windows.values():
            windows.age(now)
        if self.keys() > self._most_keys:
            max((series for _, series in self._series), key=len).turn()
