"""The two kinds of windows as Redis keeps them: a hash of buckets, a sorted set of members."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from math import isinf
from typing import Any, Protocol

from aerostic.detection.windows.counted import URGENT_TICKS, CountedSeries
from aerostic.detection.windows.exact import ExactSeries
from aerostic.detection.windows.quota import Quota

SPARE_SECONDS = 60  # observations may be late by as much


class Shared(Protocol):
    """A window on its way to Redis and back."""

    name: str
    """First part of its keys; another declaration has other keys, since its buckets mean something else."""
    head: tuple[Any, ...]
    """What the script has to know of it."""

    quota: Quota
    """How many keys it may have in Redis."""

    def drain(self, *, everything: bool) -> Iterator[tuple[str, Any, Any]]:
        """Key, field and value of what was added since the last time; not of what can wait, unless everything is asked."""
        ...

    def both(self, one: Any, other: Any) -> Any:
        """What two values of a field come to."""
        ...

    def live(self, fields: Mapping[Any, Any], now: float) -> list[Any]:
        """Field, value, field, value, ... of what is still in the window."""
        ...

    def known(self, key: str) -> int:
        """Which state of the shared copy we have."""
        ...

    def alone(self, key: str, known: int) -> None:
        """Nobody else has written since."""
        ...

    def take(self, key: str, answer: Sequence[bytes], owed: Mapping[Any, Any], *, new: bool = False) -> None:
        """Take in the shared copy, which lacks what is owed; of a key that we do not have, only where it is `new`."""
        ...


class SharedCounts:
    """A hash: each bucket's amount, and under '' how often it was written."""

    def __init__(self, detector: str, series: CountedSeries) -> None:
        window = series.window
        self.series = series
        self.quota = Quota(window.seconds)
        self.name = f"{detector}/{window.name}/{window.seconds}/{window.bucket}:"
        self.head = ("c", window.seconds + window.bucket + SPARE_SECONDS, series.buckets)

    def drain(self, *, everything: bool) -> Iterator[tuple[str, int, int]]:
        """See `Shared.drain`."""
        return iter(self.series.drain(everything=everything))

    def both(self, one: int, other: int) -> int:
        """See `Shared.both`."""
        return one + other

    def live(self, fields: Mapping[int, int], now: float) -> list[int]:
        """See `Shared.live`."""
        above = int(now) // self.series.width - self.series.buckets
        return [part for bucket, amount in fields.items() if bucket > above for part in (bucket, amount)]

    def known(self, key: str) -> int:
        """See `Shared.known`."""
        cell = self.series.find(key)
        return cell.known if cell is not None else 0

    def alone(self, key: str, known: int) -> None:
        """See `Shared.alone`. A cell made anew meanwhile does not have it all: it is told the next time."""
        cell = self.series.find(key)
        if cell is not None and cell.known == known:
            cell.known += 1
            cell.urgent = max(cell.urgent - 1, 0)

    def take(self, key: str, answer: Sequence[bytes], owed: Mapping[int, int], *, new: bool = False) -> None:
        """See `Shared.take`."""
        cell = self.series.find(key)
        if cell is None and new:
            cell = self.series.admit(key)
        if cell is None:
            return
        shared: dict[int, int] = {}
        cell.urgent = 0 if new else URGENT_TICKS
        for field, amount in _pairs(answer):
            if field:
                shared[int(field)] = int(amount) + owed.get(int(field), 0)
            else:
                cell.known = int(amount)
        self.series.merge(cell, shared)


class SharedMembers:
    """A sorted set: members by their moments, and the mark of who wrote last, which never ages."""

    def __init__(self, detector: str, series: ExactSeries) -> None:
        window = series.window
        self.series = series
        self.quota = Quota(window.seconds)
        self.name = f"{detector}/{window.name}/{window.seconds}/{window.most}:"
        self.head = ("e", window.seconds + SPARE_SECONDS, window.most)

    def drain(self, *, everything: bool) -> Iterator[tuple[str, str, float]]:
        """See `Shared.drain`."""
        for key, members in self.series.drain(everything=everything):
            for member, time in members.items():
                yield key, member, time

    def both(self, one: float, other: float) -> float:
        """See `Shared.both`."""
        return max(one, other)

    def live(self, fields: Mapping[str, float], now: float) -> list[Any]:
        """See `Shared.live`."""
        above = now - self.series.window.seconds
        return list(chain.from_iterable(item for item in fields.items() if item[1] > above))

    def known(self, key: str) -> int:
        """See `Shared.known`."""
        cell = self.series.find(key)
        return cell.known if cell is not None else 0

    def alone(self, key: str, known: int) -> None:
        """See `Shared.alone`."""

    def take(self, key: str, answer: Sequence[bytes], owed: Mapping[str, float], *, new: bool = False) -> None:
        """See `Shared.take`."""
        cell = self.series.find(key)
        if cell is None and new:
            cell = self.series.admit(key)
        if cell is not None:
            cell.known = 1
            members = {member.decode(): float(moment) for member, moment in _pairs(answer)}
            self.series.merge(cell, {member: time for member, time in members.items() if not isinf(time)})


def _pairs(flat: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)
