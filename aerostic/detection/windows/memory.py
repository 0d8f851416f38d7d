"""The sliding windows of one detector, in memory."""

from collections.abc import Iterable, Sequence

from aerostic.detection.contract import Counted, Exact
from aerostic.detection.windows.bounded import MOST_KEYS
from aerostic.detection.windows.counted import CountedSeries
from aerostic.detection.windows.exact import ExactSeries


class MemoryWindows:
    """See `aerostic.detection.contract.Windows`. A window that was not declared is a `KeyError`.

    Args:
        declared: the windows.
        shared: whether a `WindowStore` writes down what is counted.
        most: keys of one window that are kept.
    """

    def __init__(self, declared: Iterable[Counted | Exact], *, shared: bool = False, most: int = MOST_KEYS) -> None:
        windows = tuple(declared)
        self.counted = {
            window.name: CountedSeries(window, shared=shared, most=most)
            for window in windows
            if isinstance(window, Counted)
        }
        self.exact = {
            window.name: ExactSeries(window, shared=shared, most=most)
            for window in windows
            if isinstance(window, Exact)
        }

    def count(self, window: str, key: str, time: float, amount: int = 1) -> int:
        """See `Windows.count`."""
        return self.counted[window].add(key, time, amount)

    def total(self, window: str, key: str, now: float, seconds: int | None = None) -> int:
        """See `Windows.total`."""
        return self.counted[window].sum(key, now, seconds)

    def note(self, window: str, key: str, time: float, member: str) -> int:
        """See `Windows.note`."""
        return self.exact[window].add(key, time, member)

    def members(self, window: str, key: str, now: float, seconds: int | None = None) -> Sequence[tuple[str, float]]:
        """See `Windows.members`."""
        return self.exact[window].list(key, now, seconds)

    @property
    def series(self) -> tuple[CountedSeries | ExactSeries, ...]:
        """All of them."""
        return (*self.counted.values(), *self.exact.values())

    def age(self, now: float) -> None:
        """Forget keys that nobody has used for a window's length. Costs nothing in between; call it once a tick."""
        for series in self.series:
            series.age(now)
