"""Which events are judged."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import REGISTRY

from aerostic.db import Event, new_id
from aerostic.detection.judging.admitting import LATE_SECONDS, Admission
from tests.support.detecting import NOW, tried

PLANNED: dict[str, Any] = {
    "number": "n",
    "source": "campaigns",
    "source_id": "s",
    "batch": "b",
    "template": "t",
    "count": 3,
    "new": 1,
    "cost": 9,
    "balance": -1,
    "exact": "",
    "print": "",
    "links": [],
}


def planned(**changes: Any) -> Event:
    return Event("messages.planned", None, "k", PLANNED | changes, time=datetime.fromtimestamp(NOW, UTC))


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("aerostic_detection_events_total", {"outcome": outcome}) or 0.0


def test_what_comes_again_is_not_judged_again_within_a_batch_or_later() -> None:
    door, events = Admission(), [tried() for _ in range(3)]
    before = counted("duplicate")
    assert door.admit([events[0], events[0], events[1]], NOW) == events[:2]
    assert door.admit(events, NOW) == events[2:]
    assert counted("duplicate") - before == 3


def test_the_memory_of_what_was_judged_is_bounded() -> None:
    door, events = Admission(remembered=10), [tried() for _ in range(35)]
    for event in events:
        door.admit([event], NOW)
    assert door.admit(events[-10:], NOW) == []
    assert door.admit(events[:10], NOW) == events[:10]


def test_what_another_process_has_judged_is_known() -> None:
    door, event = Admission(), tried()
    door.remember([event.id])
    assert door.admit([event], NOW) == []


def test_a_clock_may_be_a_minute_ahead_and_no_more() -> None:
    early, ahead = tried(time=NOW + 59), tried(time=NOW + 61)
    assert Admission().admit([early, ahead], NOW) == [early]


def test_what_is_late_is_judged_and_what_is_too_late_is_not() -> None:
    late, too_late = tried(time=NOW - LATE_SECONDS + 1), tried(time=NOW - LATE_SECONDS - 1)
    assert Admission().admit([too_late, late], NOW) == [late]


def test_events_that_no_detector_may_hear_are_left_out() -> None:
    assert Admission().admit([replace(tried(), type="campaign.launched")], NOW) == []


@pytest.mark.parametrize(
    "poison",
    [
        planned(count="many"),
        planned(count=True),
        planned(count=-1),
        planned(new=4),
        planned(count=10**12),
        planned(links="x"),
        planned(links=["x"] * 101),
        planned(number=None),
        planned(number="n" * 1000),
        replace(planned(), data={"count": 3}),
        replace(planned(), data=None),  # type: ignore[arg-type]
        replace(planned(), data=[1]),  # type: ignore[arg-type]
    ],
)
def test_garbage_is_not_judged(poison: Event) -> None:
    before = counted("poison")
    assert Admission().admit([poison, sound := planned()], NOW) == [sound]
    assert counted("poison") - before == 1


def test_while_it_is_behind_a_flood_of_one_tenant_does_not_hold_up_the_others() -> None:
    loud, quiet = new_id(), new_id()
    flood = [tried(tenant_id=loud, time=NOW - 5) for _ in range(200)]
    others = [tried(tenant_id=quiet, time=NOW - 5) for _ in range(30)]
    assert Admission().admit([*flood, *others], NOW) == [*flood[:50], *others]


def test_a_flood_that_it_keeps_up_with_is_judged_whole() -> None:
    flood = [tried(tenant_id=new_id()) for _ in range(200)]
    assert Admission().admit(flood, NOW) == flood
