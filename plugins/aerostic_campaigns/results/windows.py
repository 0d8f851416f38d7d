"""The stretch of time that a campaign's chart shows, cut into a bounded number of equal steps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

STEPS = (
    *(1, 2, 5, 10, 30),
    *(minutes * 60 for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * 3600 for hours in (1, 2, 3, 6, 12)),
    *(days * 86_400 for days in (1, 2, 7, 30)),
)
MOST_POINTS = 60
SHORTEST_TAIL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` on, `points` steps of `step` seconds."""

    start: datetime
    step: int
    points: int

    @property
    def end(self) -> datetime:
        """Just behind the last step."""
        return self.start + timedelta(seconds=self.step * self.points)

    def place(self, moment: datetime) -> int | None:
        """The step that a moment is in; None outside of all."""
        index = int((moment - self.start).total_seconds() // self.step)
        return index if 0 <= index < self.points else None


def window(started: datetime, ended: datetime | None, now: datetime) -> Window:
    """The sending, and as long again (an hour at least) for what people do afterwards; nothing of the future.

    Args:
        ended: when sending ended; None while it goes on.
    """
    if ended:
        now = min(now, ended + max(ended - started, SHORTEST_TAIL))
    length = (now - started).total_seconds()
    step = next((step for step in STEPS if length <= step * (MOST_POINTS - 1)), STEPS[-1])
    start = datetime.fromtimestamp(started.timestamp() // step * step, tz=started.tzinfo)
    points = int((started - start).total_seconds() + length) // step + 1
    return Window(start, step, min(points, MOST_POINTS))
