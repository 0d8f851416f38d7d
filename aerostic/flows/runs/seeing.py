"""What the expressions of a run see: what was kept with it, and what is read when something asks for it."""

from collections.abc import Callable, Mapping
from typing import Any

Readers = Mapping[str, Callable[[], Any]]


class Seen(dict[str, Any]):
    """Values by name. Most flows ask for few of those that there are, so what is kept elsewhere is read when it is asked for.

    Args:
        kept: what is at hand.
        readers: by name, how the others are read; what is at hand goes before.
    """

    def __init__(self, kept: Mapping[str, Any], readers: Readers) -> None:
        super().__init__(kept)
        self._readers = {name: read for name, read in readers.items() if name not in kept}

    def __missing__(self, name: str) -> Any:
        """Read it, once."""
        self[name] = value = self._readers[name]()
        return value

    def __contains__(self, name: object) -> bool:
        """Also what was not read yet."""
        return super().__contains__(name) or name in self._readers

    def get(self, name: str, default: Any = None) -> Any:
        """As a dictionary's."""
        if name in self:
            return self[name]
        return default

    def renew(self) -> None:
        """Something may have changed: what was read is read again when it is asked for."""
        for name in self._readers:
            self.pop(name, None)
