"""Opening hours and moments are those of somebody's clock, holidays and the change of clocks included."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from aerostic_logic.hours import Hours, next_open
from aerostic_logic.waiting import IsOpen, Moment, WaitUntil, WaitUntilOpen
from pydantic import ValidationError

from aerostic.sdk.flows import Context, Fail, Go, Outcome, Wait

FRIDAY = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
ID = UUID(int=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def context(now: datetime = FRIDAY, **contact: Any) -> Context:
    return Context(ID, ID, "node", "key", now, {"contact": contact})


@pytest.mark.parametrize(
    ("zone", "until"),
    [
        ("Europe/Berlin", ""),  # 13:00, open
        ("America/Los_Angeles", "2026-11-27T17:00"),  # 04:00 there
        ("Asia/Tokyo", "2026-11-30T00:00"),  # Friday evening: Monday
    ],
)
@pytest.mark.parametrize("whose", ["contact", "chosen"])
def test_opening_hours_are_those_of_a_clock(zone: str, until: str, whose: str):
    own = {"zone": zone} if whose == "contact" else {"zone": "Asia/Kathmandu"}
    config = Hours(zone=zone if whose == "chosen" else "")
    assert WaitUntilOpen().run(context(**own), config) == (Wait(at(until)) if until else Go())
    assert IsOpen().run(context(**own), config).port == ("no" if until else "yes")


@pytest.mark.parametrize(
    ("holidays", "until"),
    [
        (["2026-11-27"], "2026-11-30T08:00"),
        (["11-27", "11-30"], "2026-12-01T08:00"),
        (["2027-11-27"], ""),
        (["12-24", "12-25"], ""),
    ],
)
def test_holidays_are_closed_all_day(holidays: list[str], until: str):
    outcome = WaitUntilOpen().run(context(), Hours(holidays=holidays, zone="Europe/Berlin"))
    assert outcome == (Wait(at(until)) if until else Go())


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        # 29 March 2026: at 02:00 clocks go to 03:00, so that 02:30 is 03:30 by the clock.
        ({"opens": "02:30", "closes": "05:00"}, "2026-03-29T00:00", "2026-03-29T01:30"),
        ({"opens": "08:00", "closes": "17:00"}, "2026-03-29T00:00", "2026-03-29T06:00"),
        # 25 October 2026: from 02:00 to 03:00 clocks show the hour twice; open at the first of both, and still in the second.
        ({"opens": "02:30", "closes": "03:00"}, "2026-10-25T00:00", "2026-10-25T00:30"),
        ({"opens": "02:30", "closes": "03:00"}, "2026-10-25T01:15", "2026-10-25T01:15"),
        ({"opens": "02:30", "closes": "03:00"}, "2026-10-25T02:00", "2026-10-26T01:30"),
        # the very moments
        ({"opens": "08:00", "closes": "17:00"}, "2026-06-01T06:00", "2026-06-01T06:00"),
        ({"opens": "08:00", "closes": "17:00"}, "2026-06-01T15:00", "2026-06-02T06:00"),
    ],
)
def test_where_clocks_change_the_moment_counts(hours: dict[str, str], now: str, opens: str):
    every = Hours(days=[0, 1, 2, 3, 4, 5, 6], **hours)
    assert next_open(at(now), every, ZoneInfo("Europe/Berlin")) == at(opens)


def test_hours_that_never_come_fail_with_what_to_do():
    # Only on Fridays, and all of the coming year's are holidays.
    config = Hours(days=[4], holidays=[f"{m:02}-{d:02}" for m, d in _fridays()], zone="UTC")
    outcome = WaitUntilOpen().run(context(), config)
    assert isinstance(outcome, Fail) and outcome.code == "never_open"


def _fridays() -> list[tuple[int, int]]:
    from datetime import timedelta

    days = [FRIDAY.date() + timedelta(weeks=week) for week in range(53)]
    return [(day.month, day.day) for day in days]


@pytest.mark.parametrize(("zone", "contact"), [("Atlantis", {"zone": "UTC"}), ("", {}), ("../etc", {"zone": "UTC"})])
def test_a_zone_that_does_not_exist_or_is_not_known_fails_with_what_to_do(zone: str, contact: dict[str, str]):
    for node, config in ((WaitUntilOpen(), Hours(zone=zone)), (WaitUntil(), Moment(moment="2027-01-01", zone=zone))):
        outcome: Outcome = node.run(context(**contact), config)
        assert isinstance(outcome, Fail) and outcome.code == "zone"


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": "17:00", "closes": "09:00"},
        {"opens": "9"},
        {"days": []},
        {"days": [7]},
        {"holidays": ["02-30"]},
        {"holidays": ["x"]},
    ],
)
def test_hours_that_cannot_be_are_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        Hours(**wrong)


@pytest.mark.parametrize(
    ("config", "outcome"),
    [
        ({"moment": "2026-12-24"}, Wait(at("2026-12-24T08:00"))),  # 09:00 in Berlin
        ({"moment": "2026-12-24", "days": -1, "clock": "18:30"}, Wait(at("2026-12-23T17:30"))),
        ({"moment": "2026-12-24T20:00"}, Wait(at("2026-12-24T19:00"))),
        ({"moment": "2026-12-24T20:00:00+00:00", "days": 1}, Wait(at("2026-12-25T20:00"))),
        ({"moment": "2026-12-24", "zone": "Asia/Tokyo"}, Wait(at("2026-12-24T00:00"))),
        ({"moment": "2026-11-27"}, Go("over")),
        ({"moment": "2026-12-24", "days": -365}, Go("over")),
    ],
)
def test_a_day_is_waited_for_or_over(config: dict[str, Any], outcome: Outcome):
    assert WaitUntil().run(context(zone="Europe/Berlin"), Moment(**config)) == outcome


@pytest.mark.parametrize(
    ("moment", "code"),
    [("soon", "moment"), ("2026-02-30", "moment"), ("9999-12-31", "too_far"), ("2030-01-01", "too_far")],
)
def test_what_is_no_day_or_too_far_away_fails(moment: str, code: str):
    outcome = WaitUntil().run(context(zone="Europe/Berlin"), Moment(moment=moment))
    assert isinstance(outcome, Fail) and outcome.code == code
