"""Steps that wait: for a while, for a moment, for opening hours, for an answer."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from aerostic.sdk import N_
from aerostic.sdk.flows import (
    ERROR,
    Context,
    Fail,
    FlowNode,
    Given,
    Go,
    Length,
    NodeConfig,
    Outcome,
    Port,
    Wait,
    Woken,
    labelled,
)

from .hours import NEVER, NO_ZONE, WHOSE, ZONE, Clock, Hours, moment, next_open, zone_for
from .words import DECIDE, FOUND_AS, NAME, VARIABLE, WAIT

UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
LONGEST = timedelta(days=365)
Unit = Literal["minutes", "hours", "days"]
LABELS = {"minutes": N_("minutes"), "hours": N_("hours"), "days": N_("days")}
TOO_LONG = N_("A run waits a year at most.")
NO_MOMENT = Fail(
    "moment", N_("This is no time. Write 2026-12-31 or 2026-12-31T18:00, or an expression that gives one.")
)
TOO_FAR = Fail("too_far", TOO_LONG)


class Pause(NodeConfig):
    """How long."""

    amount: Annotated[int, Field(ge=1, le=525_600)] = Field(default=1, title=N_("How long"))
    unit: Unit = Field(default="hours", title=N_("Unit"), json_schema_extra=labelled(LABELS))

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.length() > LONGEST:
            raise ValueError(TOO_LONG)
        return self

    def length(self) -> timedelta:
        """As a time."""
        return self.amount * UNITS[self.unit]


class WaitFor(FlowNode[Pause]):
    """A while."""

    kind, title, icon, category = "logic.wait", N_("Wait"), "clock", WAIT
    help = N_("Goes on after a while. Nothing is kept busy meanwhile.")
    Config, waits = Pause, True

    def run(self, context: Context, config: Pause) -> Wait:
        """Until then."""
        return Wait(context.now + config.length())


class Moment(NodeConfig):
    """When: so many days before or after a day or a time, by somebody's clock."""

    moment: Annotated[str, Length(1, 40)] = Field(
        title=N_("Day or time"),
        description=N_("2026-12-31, 2026-12-31T18:00, or an expression such as {{ vars.day }}."),
    )
    days: Annotated[int, Field(ge=-365, le=365)] = Field(
        default=0, title=N_("Days later"), description=N_("-1 is the day before.")
    )
    clock: Clock = Field(default="09:00", title=N_("At"), description=N_("Where only a day is given."))
    zone: Annotated[str, Length(0, 64)] = Field(default="", title=ZONE, description=WHOSE)


class WaitUntil(FlowNode[Moment]):
    """At once another way, where the moment is over."""

    kind, title, icon, category = "logic.wait_until", N_("Wait until a day"), "calendar-time", WAIT
    help = N_(
        "Goes on at a day or time, such as the day before an appointment; another way where that is over already."
    )
    Config = Moment
    example = {"moment": "{{ vars.day }}", "days": -1}

    def ports(self, config: Moment) -> Sequence[Port]:
        """It has come, or was over before."""
        return Port("next", N_("It has come")), Port("over", N_("It was over before")), ERROR

    def run(self, context: Context, config: Moment) -> Outcome:
        """Until then."""
        zone = zone_for(config.zone, context.values)
        if zone is None:
            return NO_ZONE
        try:
            until = _moment(config, zone)
        except (ValueError, OverflowError):
            return NO_MOMENT
        if until > context.now + LONGEST:
            return TOO_FAR
        return Wait(until) if until > context.now else Go("over")


class WaitUntilOpen(FlowNode[Hours]):
    """At once during opening hours, else when they begin."""

    kind, title, icon, category = "logic.wait_open", N_("Wait for opening hours"), "building-store", WAIT
    help = N_("Goes on at once during opening hours, and else when they begin.")
    Config = Hours

    def ports(self, config: Hours) -> Sequence[Port]:
        """Open, or the clock cannot be told."""
        return Port("next", N_("Open")), ERROR

    def run(self, context: Context, config: Hours) -> Outcome:
        """Now, or the next opening."""
        zone = zone_for(config.zone, context.values)
        if zone is None:
            return NO_ZONE
        opens = next_open(context.now, config, zone)
        if opens is None:
            return NEVER
        return Wait(opens) if opens > context.now else Go()


class IsOpen(FlowNode[Hours]):
    """Yes or no."""

    kind, title, icon, category = "logic.open", N_("Open now?"), "building-store", DECIDE
    help = N_("Goes one way during opening hours, and another way outside of them.")
    Config = Hours

    def ports(self, config: Hours) -> Sequence[Port]:
        """Two, or the clock cannot be told."""
        return Port("yes", N_("Open")), Port("no", N_("Closed")), ERROR

    def run(self, context: Context, config: Hours) -> Outcome:
        """Look at the clock."""
        zone = zone_for(config.zone, context.values)
        if zone is None:
            return NO_ZONE
        opens = next_open(context.now, config, zone)
        return Go("yes" if opens and opens <= context.now else "no", {"opens": opens.isoformat() if opens else ""})


def _moment(config: Moment, zone: ZoneInfo) -> datetime:
    """In UTC. What says its own zone keeps it; a day alone is meant at the clock's time."""
    text, later = config.moment.strip(), timedelta(days=config.days)
    given = datetime.fromisoformat(text)
    if given.tzinfo:
        return (given + later).astimezone(UTC)
    clock = f"{given:%H:%M}" if len(text) > 10 else config.clock
    return moment((given + later).date(), clock, zone)


class Answering(Pause):
    """How long at most, and where the answer is kept."""

    unit: Unit = Field(default="days", title=N_("Unit"), json_schema_extra=labelled(LABELS))
    variable: Annotated[str, Field(pattern=NAME)] = Field(default="answer", title=VARIABLE, description=FOUND_AS)


class WaitForReply(FlowNode[Answering]):
    """The contact's next message."""

    kind, title, icon, category = "logic.wait_reply", N_("Wait for an answer"), "message-circle", WAIT
    help = N_("Goes on with the contact's next message, or another way when none comes in time.")
    Config, waits = Answering, True

    def ports(self, config: Answering) -> Sequence[Port]:
        """An answer, or none."""
        return Port("next", N_("Answered")), Port("late", N_("No answer in time"))

    def gives(self, config: Answering) -> Given:
        """What was said."""
        return Given({"text": "Hello", "choice": ""}, {config.variable: "Hello"})

    def run(self, context: Context, config: Answering) -> Wait:
        """For both."""
        return Wait(context.now + config.length(), "reply")

    def resume(self, context: Context, config: Answering, woken: Woken) -> Go:
        """Whichever came first."""
        if woken.event != "reply":
            return Go("late")
        return Go("next", woken.data, {config.variable: woken.data.get("text", "")})


NODES = (WaitFor, WaitUntil, WaitUntilOpen, IsOpen, WaitForReply)
