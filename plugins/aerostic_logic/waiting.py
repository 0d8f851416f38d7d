"""Steps that wait: for a while, for opening hours, for an answer."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import Context, Fail, FlowNode, Given, Go, NodeConfig, Outcome, Port, Problem, Wait, Woken

from .words import WAIT

UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
LONGEST = timedelta(days=365)
Unit = Literal["minutes", "hours", "days"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
BAD_HOURS = N_("The opening hours have to end after they begin.")
BAD_ZONE = N_("There is no such time zone. Use a name such as Europe/Berlin.")


class Pause(NodeConfig):
    """How long."""

    amount: Annotated[int, Field(ge=1, le=525_600)] = 1
    unit: Unit = "hours"

    def length(self) -> timedelta:
        """As a time."""
        return min(self.amount * UNITS[self.unit], LONGEST)


class WaitFor(FlowNode[Pause]):
    """A while."""

    kind, title, icon, category = "logic.wait", N_("Wait"), "clock", WAIT
    help = N_("Goes on after a while. Nothing is kept busy meanwhile.")
    Config, waits = Pause, True

    def run(self, context: Context, config: Pause) -> Wait:
        """Until then."""
        return Wait(context.now + config.length())


class Hours(NodeConfig):
    """When there is somebody. `zone` may be an expression, such as a field of the contact."""

    days: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1)] = [0, 1, 2, 3, 4]
    opens: Clock = "09:00"
    closes: Clock = "17:00"
    zone: Annotated[str, Field(max_length=200)] = "{{ contact.zone | default(workspace.zone) }}"


class WaitUntilOpen(FlowNode[Hours]):
    """At once during opening hours, else when they begin."""

    kind, title, icon, category = "logic.wait_open", N_("Wait for opening hours"), "building-store", WAIT
    help = N_("Goes on at once during opening hours, and else when they begin, by the contact's clock.")
    Config, waits = Hours, False

    def problems(self, config: Hours) -> Sequence[Problem]:
        """Hours that end before they begin."""
        return () if config.opens < config.closes else [Problem("hours", BAD_HOURS, field="closes")]

    def run(self, context: Context, config: Hours) -> Outcome:
        """Now, or the next opening."""
        zone = config.zone or "UTC"
        if zone not in available_timezones():
            return Fail("zone", BAD_ZONE)
        opens = next_open(context.now.astimezone(ZoneInfo(zone)), config)
        return Wait(opens) if opens > context.now else Go()


def next_open(now: datetime, hours: Hours) -> datetime:
    """The moment itself where it lies within the hours, else when they begin next."""
    for ahead in range(8):
        day = now.date() + timedelta(days=ahead)
        if day.weekday() in hours.days:
            opens, closes = (
                datetime.combine(day, time.fromisoformat(at), now.tzinfo) for at in (hours.opens, hours.closes)
            )
            if now < closes:
                return max(opens, now)
    return now


class Answering(NodeConfig):
    """How long at most, and where the answer is kept."""

    amount: Annotated[int, Field(ge=1, le=525_600)] = 1
    unit: Unit = "days"
    variable: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = "answer"


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
        return Wait(context.now + min(config.amount * UNITS[config.unit], LONGEST), "reply")

    def resume(self, context: Context, config: Answering, woken: Woken) -> Go:
        """Whichever came first."""
        if woken.event != "reply":
            return Go("late")
        return Go("next", woken.data, {config.variable: woken.data.get("text", "")})


NODES = (WaitFor, WaitUntilOpen, WaitForReply)
