"""What a detector keeps for itself about many subjects: bounded, and what was not asked for longest goes first."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Lately(Generic[Key, Value]):
    """A dictionary of two generations: when the young one is full it becomes the old one, and the old one is forgotten.

    Args:
        most: how many are kept; half of them are the last ones used for certain.
    """

    def __init__(self, most: int) -> None:
        self._half = max(most // 2, 1)
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """What is known, which is used by that."""
        found = self._young.get(key)
        if found is None:
            found = self._old.pop(key, None)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: Key, value: Value) -> Value:
        """Keep something; the same value."""
        if len(self._young) >= self._half and key not in self._young:
            self._old, self._young = self._young, {}
        self._young[key] = value
        return value

    def items(self) -> Iterator[tuple[Key, Value]]:
        """Everything that is kept, what was used lately last."""
        for key, value in self._old.items():
            if key not in self._young:
                yield key, value
        yield from self._young.items()

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
