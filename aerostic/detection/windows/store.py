"""The windows of all detectors of a process."""

from collections.abc import Mapping, Sequence

from aerostic.detection.contract import Counted, Exact, Windows
from aerostic.detection.windows.memory import MemoryWindows

PROCESS_KEYS = 600_000


class WindowStore:
    """The windows of all detectors of a process, shared through Redis where there is one. For one thread.

    Args:
        redis: None keeps everything in memory.
        prefix: first part of every key in Redis.
        declared: each detector's windows, by its name.
        most_keys: keys of all windows that are kept in memory; the largest window gives up its oldest first.
    """

    def __init__(
        self,
        redis: None,
        prefix: str,
        declared: Mapping[str, Sequence[Counted | Exact]],
        *,
        most_keys: int = PROCESS_KEYS,
    ) -> None:
        self._windows = {name: MemoryWindows(windows, shared=redis is not None) for name, windows in declared.items()}
        self._most_keys = most_keys

    def of(self, detector: str) -> Windows:
        """The windows of a detector.

        Raises:
            KeyError: it was not declared.
        """
        return self._windows[detector]

    def keys(self) -> int:
        """How many keys of all windows are in memory."""
        return sum(len(series) for windows in self._windows.values() for series in windows.series)

    def flush(self, now: float) -> None:
        """End a tick."""
        self._forget(now)

    def restore(self) -> None:
        """Read back what was shared before this process started."""

    def _forget(self, now: float) -> None:
        for windows in self._windows.values():
            windows.age(now)
        if self.keys() > self._most_keys:
            max((series for windows in self._windows.values() for series in windows.series), key=len).turn()
