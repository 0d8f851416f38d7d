"""When a flow starts by the clock."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Literal, Self

Every = Literal["minutes", "day", "week", "month"]
# Within each of these there is a moment, wherever it begins.
SPANS = {"day": timedelta(days=2), "week": timedelta(days=8), "month": timedelta(days=32)}


@dataclass(frozen=True, slots=True)
class Timetable:
    """Moments that come again and again, and for whom a flow starts then.

    Args:
        every: every so many `minutes`, each `day`, on days of each `week`, or once a `month`.
        minutes: between two moments, counted from midnight UTC.
        at: the time of day, `09:00`, by the workspace's clock.
        weekdays: 0 is Monday.
        day: of the month; its last one where it has fewer.
        tag: a run for each contact with this tag; '' for a single run about nobody.
        late: whether a moment that was missed is made up for.
    """

    every: Every = "day"
    minutes: int = 60
    at: str = "09:00"
    weekdays: tuple[int, ...] = ()
    day: int = 1
    tag: str = ""
    late: bool = True

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Of what `kept` gave."""
        return cls(**{**kept, "weekdays": tuple(kept["weekdays"])})

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first moment after another one. A time of day that a change of clocks leaves out comes an hour later, one that it
        repeats comes once.
        """
        if self.every == "minutes":
            length = self.minutes * 60
            return datetime.fromtimestamp((moment.timestamp() // length + 1) * length, zone)
        day = moment.astimezone(zone).date()
        while True:
            found = datetime.combine(day, time.fromisoformat(self.at), zone)
            if self._is_day(day) and found.timestamp() > moment.timestamp():
                return found
            day += timedelta(days=1)

    def last(self, moment: datetime, zone: tzinfo) -> datetime:
        """The last moment that is not after another one."""
        span = SPANS.get(self.every, timedelta(minutes=self.minutes))
        found = self.after(moment - span, zone)
        while (later := self.after(found, zone)).timestamp() <= moment.timestamp():
            found = later
        return found

    def _is_day(self, day: date) -> bool:
        if self.every == "week":
            return day.weekday() in self.weekdays
        if self.every == "month":
            return day.day == self.day or (day.day < self.day and (day + timedelta(days=1)).month != day.month)
        return True
