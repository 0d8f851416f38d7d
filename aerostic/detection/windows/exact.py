"""The cells of a window that keeps each rare event with its member and its moment."""

from collections.abc import Iterable, Mapping
from operator import itemgetter

from aerostic.detection.contract import Exact
from aerostic.detection.windows.bounded import MOST_KEYS, Bounded

MOST_MEMBERS = 400_000
"""Members of all keys of one window that are kept; half of them are the last ones noted for certain."""


class ExactCell:
    """A key's members with their latest moments, the oldest first.

    `fresh` are those not handed out for sharing yet; `known` is 1 once we have what the shared copy has.
    """

    __slots__ = ("fresh", "key", "known", "members", "newest")

    def __init__(self, key: str) -> None:
        self.key = key
        self.newest = 0.0
        self.known = 0
        self.members: dict[str, float] = {}
        self.fresh: dict[str, float] = {}


class ExactSeries(Bounded[ExactCell]):
    """A window of rare events, over all its keys.

    Args:
        window: as its detector declared it.
        shared: whether what is noted is written down for other processes.
        most: keys that are kept.
        most_members: members of all keys together.
    """

    __slots__ = ("_most_young", "_noted", "shared", "touched", "window")

    def __init__(
        self, window: Exact, *, shared: bool = False, most: int = MOST_KEYS, most_members: int = MOST_MEMBERS
    ) -> None:
        super().__init__(window.seconds, most)
        self.window = window
        self.shared = shared
        self.touched: list[ExactCell] = []
        self._noted, self._most_young = 0, max(most_members // 2, 1)

    def make(self, key: str) -> ExactCell:
        """See `Bounded.make`."""
        return ExactCell(key)

    def turn(self) -> None:
        """See `Bounded.turn`."""
        super().turn()
        self._noted = 0

    def add(self, key: str, time: float, member: str) -> int:
        """Note a member; how many there are."""
        cell = self.young.get(key)
        if cell is None:
            cell = self.admit(key)
            self._noted += len(cell.members)
        if self.shared:
            if not cell.fresh:
                self.touched.append(cell)
            cell.fresh[member] = max(time, cell.fresh.get(member, 0.0))
        self._put(cell, member, time)
        self._cut(cell)
        return len(cell.members)

    def list(self, key: str, now: float, seconds: int | None) -> "list[tuple[str, float]]":
        """Members of the last `seconds` up to `now`, the oldest first."""
        cell = self.find(key)
        if cell is None:
            return []
        above = now - (self.window.seconds if seconds is None else seconds)
        return [item for item in cell.members.items() if above < item[1] <= now]

    def drain(self, *, everything: bool) -> "Iterable[tuple[str, dict[str, float]]]":
        """Key and members of all that was noted since the last time. Rare as they are, none waits."""
        touched, self.touched = self.touched, []
        for cell in touched:
            yield cell.key, cell.fresh
            cell.fresh = {}

    def merge(self, cell: ExactCell, shared: Mapping[str, float]) -> None:
        """Take over what all processes have noted."""
        for member, time in shared.items():
            self._put(cell, member, time)
        self._cut(cell)

    def _put(self, cell: ExactCell, member: str, time: float) -> None:
        before = cell.members.pop(member, None)
        if before is None:
            self._count_member()
        if time >= cell.newest:
            cell.newest = time
            cell.members[member] = time
        else:
            cell.members[member] = time if before is None else max(time, before)
            cell.members = dict(sorted(cell.members.items(), key=itemgetter(1)))

    def _count_member(self) -> None:
        self._noted += 1
        if self._noted > self._most_young:
            self.turn()

    def _cut(self, cell: ExactCell) -> None:
        """What the window has left behind goes, and the oldest of too many."""
        members, above = cell.members, cell.newest - self.window.seconds
        while members:
            first = next(iter(members))
            if members[first] > above and len(members) <= self.window.most:
                break
            del members[first]
