"""What starts a flow by the clock."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from aerostic.sdk import N_
from aerostic.sdk.flows import RAW, Context, FlowNode, Go, NodeConfig, Problem, Timetable

from .words import START

NO_DAYS = N_("Choose the days of the week.")
LABELS: dict[str, JsonValue] = {
    "minutes": N_("Every so many minutes"),
    "day": N_("Day"),
    "week": N_("Week"),
    "month": N_("Month"),
}


class Times(NodeConfig):
    """When, and for whom."""

    every: Literal["minutes", "day", "week", "month"] = Field(
        default="day", title=N_("Each"), json_schema_extra={"labels": LABELS}
    )
    minutes: Annotated[int, Field(ge=5, le=1_440)] = Field(default=60, title=N_("Minutes between two starts"))
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = Field(
        default="09:00", title=N_("At"), description=N_("By the workspace's clock."), json_schema_extra=RAW
    )
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = Field(
        default=[0], title=N_("Days of the week"), description=N_("0 is Monday.")
    )
    day: Annotated[int, Field(ge=1, le=31)] = Field(
        default=1, title=N_("Day of the month"), description=N_("The last one, where the month has fewer.")
    )
    tag: Annotated[str, Field(max_length=64)] = Field(
        default="",
        title=N_("For each contact with this tag"),
        description=N_("Leave it empty for a single run about nobody."),
        json_schema_extra=RAW,
    )
    late: bool = Field(
        default=True,
        title=N_("Make up for a start that was missed"),
        description=N_(
            "After an outage the last start that was missed is made up for; or else the next one is waited for."
        ),
    )


class Clock(FlowNode[Times]):
    """It is time."""

    kind, title, icon, category = "logic.schedule", N_("At a time"), "calendar-event", START
    help = N_("Starts again and again by the clock: once, or for each contact with a tag, a few at a time.")
    Config, starts = Times, True

    def problems(self, config: Times) -> Sequence[Problem]:
        """A week without days."""
        return [Problem("days", NO_DAYS, field="weekdays")] if config.every == "week" and not config.weekdays else ()

    def timetable(self, config: Times) -> Timetable:
        """As the form says it."""
        days = tuple(sorted(set(config.weekdays)))
        return Timetable(
            config.every, config.minutes, config.at, days, config.day, " ".join(config.tag.split()), config.late
        )

    def run(self, context: Context, config: Times) -> Go:
        """The moment, for expressions."""
        return Go(output={"moment": context.values["trigger"].get("moment", "")})


NODES = (Clock,)
