"""Cells by key, bounded: in two generations, so that forgetting the oldest costs nothing where an event is counted.

A key that is used moves into the young generation. When that one is full, or a window's length has passed, it becomes the old
one, and what nobody has used since the last time is gone with the one before.
"""

from collections import deque
from typing import Generic, TypeVar

MOST_KEYS = 100_000
"""Keys of one window that are kept; half of them are the last ones used for certain."""
OWNER_KEYS = 4_000
"""The same of one tenant, so that a flood of it does not push out the others."""
OWNER = 36  # a key that begins with a tenant's id and a colon is that tenant's

Cell = TypeVar("Cell")


def owner_of(key: str) -> str:
    """The tenant whose key it is, '' for one that is no tenant's."""
    return key[:OWNER] if key[OWNER : OWNER + 1] == ":" else ""


class Bounded(Generic[Cell]):
    """The cells of one window.

    Args:
        seconds: how far back the window reaches.
        most: keys that are kept.
        of_owner: keys of one tenant that are kept.
    """

    __slots__ = ("_half", "_owned", "_owner_half", "_seconds", "_since", "old", "young")

    def __init__(self, seconds: int, most: int = MOST_KEYS, of_owner: int = OWNER_KEYS) -> None:
        self.young: dict[str, Cell] = {}
        self.old: dict[str, Cell] = {}
        self._owned: dict[str, deque[str]] = {}
        self._half, self._owner_half = max(most // 2, 1), max(of_owner // 2, 1)
        self._seconds = seconds
        self._since: float | None = None

    def __len__(self) -> int:
        return len(self.young) + len(self.old)

    def find(self, key: str) -> Cell | None:
        """A key's cell, for reading."""
        cell = self.young.get(key)
        return self.old.get(key) if cell is None else cell

    def admit(self, key: str) -> Cell:
        """The cell of a key that is not in the young generation: it is from here on."""
        cell = self.old.pop(key, None)
        if len(self.young) >= self._half:
            self.turn()
        if owner := owner_of(key):
            self._make_room(owner, key)
        if cell is None:
            cell = self.make(key)
        self.young[key] = cell
        return cell

    def make(self, key: str) -> Cell:
        """An empty cell."""
        raise NotImplementedError

    def turn(self) -> None:
        """The young generation becomes the old one; the old one is forgotten."""
        self.old, self.young, self._owned = self.young, {}, {}

    def age(self, now: float) -> None:
        """Turn when a window's length has passed: what nobody has used for so long has nothing in it any more."""
        if self._since is None or now < self._since:
            self._since = now
        elif now - self._since >= self._seconds:
            self._since = now
            self.turn()

    def _make_room(self, owner: str, key: str) -> None:
        owned = self._owned.setdefault(owner, deque())
        if len(owned) >= self._owner_half:
            self.young.pop(owned.popleft(), None)
        owned.append(key)
