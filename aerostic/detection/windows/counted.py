"""The cells of a window that counts in buckets."""

from array import array
from collections.abc import Iterable, Mapping
from itertools import chain

from aerostic.detection.contract import Counted
from aerostic.detection.windows.bounded import MOST_KEYS, Bounded

COMPACT = 32
URGENT_TICKS = 20
"""How long a key goes to Redis every tick after another process was seen to count it, too."""


class CountedCell:
    """What was counted for a key: `slots` holds bucket, amount, bucket, amount, ..., live from `head` on, the newest last.

    `fresh` is what was added to the newest bucket and not handed out for sharing yet; `known` is how often the shared copy
    had been written when we last saw it; `urgent` for how many ticks more it is shared at once. What nobody else counts can wait.
    """

    __slots__ = ("fresh", "head", "key", "known", "newest", "slots", "total", "urgent")

    def __init__(self, key: str) -> None:
        self.key = key
        self.newest = -1
        self.total = 0
        self.fresh = 0
        self.head = 0
        self.known = 0
        self.urgent = 0
        self.slots = array("q")

    def amounts(self) -> dict[int, int]:
        """Each bucket's amount."""
        live = self.slots[self.head :]
        return dict(zip(live[::2], live[1::2], strict=True))


class CountedSeries(Bounded[CountedCell]):
    """A window that counts, over all its keys.

    Args:
        window: as its detector declared it.
        shared: whether what is counted is written down for other processes.
        most: keys that are kept.
    """

    __slots__ = ("buckets", "shared", "spilled", "touched", "waiting", "width", "window")

    def __init__(self, window: Counted, *, shared: bool = False, most: int = MOST_KEYS) -> None:
        super().__init__(window.seconds, most)
        self.window = window
        self.width = window.bucket
        self.buckets = max(-(-window.seconds // window.bucket), 1)
        self.shared = shared
        self.touched: list[CountedCell] = []
        self.waiting: list[CountedCell] = []
        self.spilled: list[tuple[str, int, int]] = []

    def make(self, key: str) -> CountedCell:
        """See `Bounded.make`."""
        return CountedCell(key)

    def add(self, key: str, time: float, amount: int) -> int:
        """Count; the sum up to `time`."""
        cell = self.young.get(key)
        if cell is None:
            cell = self.admit(key)
        bucket = int(time) // self.width
        if bucket != cell.newest:
            return self._late(cell, bucket, amount) if bucket < cell.newest else self._next(cell, bucket, amount)
        cell.slots[-1] += amount
        cell.total += amount
        if self.shared:
            if not cell.fresh:
                (self.touched if cell.urgent else self.waiting).append(cell)
            cell.fresh += amount
        return cell.total

    def sum(self, key: str, now: float, seconds: int | None) -> int:
        """The sum over the last `seconds` up to `now`."""
        cell = self.find(key)
        if cell is None:
            return 0
        last = int(now) // self.width
        if seconds is None and last >= cell.newest:
            return cell.total - _up_to(cell, last - self.buckets)
        buckets = self.buckets if seconds is None else min(-(-seconds // self.width), self.buckets)
        return _between(cell, last - buckets, last)

    def drain(self, *, everything: bool) -> Iterable[tuple[str, int, int]]:
        """Key, bucket and amount of what was counted since the last time; not of what can wait, unless everything is asked."""
        spilled, lists = self.spilled, [self.touched]
        self.spilled, self.touched = [], []
        if everything:
            lists.append(self.waiting)
            self.waiting = []
        yield from spilled
        for cell in chain.from_iterable(lists):
            yield cell.key, cell.newest, cell.fresh
            cell.fresh = 0

    def merge(self, cell: CountedCell, shared: Mapping[int, int]) -> None:
        """Take over what all processes have counted, right after `drain`: of each bucket, the larger amount is the truth."""
        amounts = cell.amounts()
        for bucket, amount in shared.items():
            unsaid = cell.fresh if bucket == cell.newest else 0
            amounts[bucket] = max(amounts.get(bucket, 0), amount + unsaid)
        newest = max(amounts, default=-1)
        if newest > cell.newest and cell.fresh:
            self.spilled.append((cell.key, cell.newest, cell.fresh))
            cell.fresh = 0
        cell.slots, cell.head, cell.total, cell.newest = array("q"), 0, 0, newest
        for bucket in sorted(amounts):
            if bucket > newest - self.buckets:
                cell.slots.extend((bucket, amounts[bucket]))
                cell.total += amounts[bucket]

    def _next(self, cell: CountedCell, bucket: int, amount: int) -> int:
        """Begin a bucket; those that the window has left behind go."""
        if self.shared:
            if cell.fresh:
                self.spilled.append((cell.key, cell.newest, cell.fresh))
            else:
                (self.touched if cell.urgent else self.waiting).append(cell)
            cell.fresh = amount
        slots, head, total, limit = cell.slots, cell.head, cell.total + amount, bucket - self.buckets
        slots.append(bucket)
        slots.append(amount)
        while slots[head] <= limit:
            total -= slots[head + 1]
            head += 2
        if head > COMPACT and head * 2 > len(slots):
            del slots[:head]
            head = 0
        cell.newest, cell.head, cell.total = bucket, head, total
        return total

    def _late(self, cell: CountedCell, bucket: int, amount: int) -> int:
        """Count where it belongs, if that is still in the window."""
        if bucket > cell.newest - self.buckets:
            slots, at = cell.slots, len(cell.slots) - 2
            while at >= cell.head and slots[at] > bucket:
                at -= 2
            if at >= cell.head and slots[at] == bucket:
                slots[at + 1] += amount
            else:
                slots[at + 2 : at + 2] = array("q", (bucket, amount))
            cell.total += amount
            if self.shared:
                self.spilled.append((cell.key, bucket, amount))
        return _between(cell, bucket - self.buckets, bucket)


def _between(cell: CountedCell, above: int, last: int) -> int:
    """The sum of the buckets above the first and up to the last."""
    slots, total, at = cell.slots, 0, len(cell.slots) - 2
    while at >= cell.head and slots[at] > above:
        if slots[at] <= last:
            total += slots[at + 1]
        at -= 2
    return total


def _up_to(cell: CountedCell, last: int) -> int:
    """The sum of the buckets up to the last."""
    slots, total, at = cell.slots, 0, cell.head
    while at < len(slots) and slots[at] <= last:
        total += slots[at + 1]
        at += 2
    return total
