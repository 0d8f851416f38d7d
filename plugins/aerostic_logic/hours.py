"""Opening hours: of a week, without holidays, by the clock of a place."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, model_validator

from aerostic.sdk import N_
from aerostic.sdk.flows import Fail, Length, NodeConfig, labelled

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Day = Annotated[str, Field(pattern=r"^(\d{4}-)?\d{2}-\d{2}$")]
AHEAD = 366  # days in which there has to be one that is open
BAD_HOURS = N_("The opening hours have to end after they begin.")
BAD_DAY = N_("There is no such day. Write 2026-12-25, or 12-25 for each year.")
NO_ZONE = Fail(
    "zone", N_("There is no such time zone. Use a name such as Europe/Berlin, or leave it empty for the contact's.")
)
NEVER = Fail("never_open", N_("There are no opening hours within a year. Look at days and holidays."))
WEEK = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
ZONE = N_("Time zone")
WHOSE = N_("Empty for the contact's: of its field zone, else of its phone number. {{ workspace.zone }} is your own.")


class Hours(NodeConfig):
    """When there is somebody."""

    days: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)] = Field(
        default=[0, 1, 2, 3, 4], title=N_("Days"), json_schema_extra=labelled(dict(zip("0123456", WEEK, strict=True)))
    )
    opens: Clock = Field(default="09:00", title=N_("Opens at"))
    closes: Clock = Field(default="17:00", title=N_("Closes at"))
    holidays: Annotated[list[Day], Field(max_length=100)] = Field(
        default=[], title=N_("Holidays"), description=N_("Closed all day: 2026-12-25, or 12-25 for each year.")
    )
    zone: Annotated[str, Length(0, 64)] = Field(default="", title=ZONE, description=WHOSE)

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError(BAD_HOURS)
        if not all(map(_is_day, self.holidays)):
            raise ValueError(BAD_DAY)
        return self


def zone_for(name: str, values: Mapping[str, Any]) -> ZoneInfo | None:
    """The zone of this name, of the contact where it is empty; None where there is no such zone."""
    chosen = name.strip() or str(values.get("contact", {}).get("zone", ""))
    return ZoneInfo(chosen) if chosen in _names() else None


def next_open(now: datetime, hours: Hours, zone: ZoneInfo) -> datetime | None:
    """The moment itself where it lies within the hours, else when they begin next; None where they never do. In UTC.

    Compared as moments, not by the clock: an hour that comes twice in a night is two hours, and what opens in one that is
    skipped opens as much later.
    """
    now = now.astimezone(UTC)
    for opens, closes in _spans(now.astimezone(zone).date(), hours, zone):
        if now < closes:
            return max(opens, now)
    return None


def _spans(today: date, hours: Hours, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for ahead in range(AHEAD):
        day = today + timedelta(days=ahead)
        if day.weekday() in hours.days and not {day.isoformat(), f"{day:%m-%d}"} & set(hours.holidays):
            yield moment(day, hours.opens, zone), moment(day, hours.closes, zone)


def moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """When a clock of a zone shows this, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text if len(text) > 5 else f"2024-{text}"))
    except ValueError:
        return False


@lru_cache(1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
