"""The bus's contract, over every transport."""

import subprocess
import time
from collections.abc import Callable, Iterable
from uuid import UUID, uuid4

from aerostic.db import Event
from aerostic.streams import Bus, Consumer
from tests.core.streams.conftest import make_events

Join = Callable[..., Consumer]
PATIENCE = 60.0


def collect(consumer: Consumer, count: int, *, limit: int = 100) -> list[Event]:
    """Poll until there are `count` events, or patience ends."""
    events: list[Event] = []
    deadline = time.monotonic() + PATIENCE
    while len(events) < count and time.monotonic() < deadline:
        events += consumer.poll(limit, 0.2)
    return events


def by_key(events: Iterable[Event]) -> dict[str, list[int]]:
    """The numbers of each key's events, as they came."""
    numbers: dict[str, list[int]] = {}
    for event in events:
        numbers.setdefault(event.key, []).append(event.data["number"])
    return numbers


def share(members: list[Consumer], bus: Bus) -> None:
    """Poll until each member has been given something."""
    waiting = set(range(len(members)))
    deadline = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < deadline:
        bus.publish(make_events(64, keys=64))
        for number, member in enumerate(members):
            if member.poll(1000, 0.2):
                waiting.discard(number)
            member.commit()
    assert waiting == set()


def test_an_event_arrives_as_it_was_published(bus: Bus, join: Join) -> None:
    event = Event(
        type="message.failed", tenant_id=uuid4(), key="schlüssel", data={"code": 131026, "nested": {"a": [1]}}
    )
    bus.publish([event])
    assert collect(join("g"), 1) == [event]


def test_publishing_nothing_is_no_error(bus: Bus) -> None:
    bus.publish([])


def test_events_of_a_key_keep_their_order(bus: Bus, join: Join) -> None:
    events = make_events(2000, keys=40)
    for start in range(0, 2000, 300):
        bus.publish(events[start : start + 300])
    assert by_key(collect(join("g"), 2000)) == {f"key-{key}": list(range(50)) for key in range(40)}


def test_a_poll_gives_no_more_than_its_limit(bus: Bus, join: Join) -> None:
    bus.publish(make_events(50, keys=10))
    consumer = join("g")
    sizes = []
    while sum(sizes) < 50:
        sizes.append(len(consumer.poll(7, 1.0)))
    assert max(sizes) == 7


def test_every_group_gets_every_event(bus: Bus, join: Join) -> None:
    events = make_events(30, keys=5)
    bus.publish(events)
    ids = {event.id for event in events}
    assert [{event.id for event in collect(join(group), 30)} for group in ("a", "b")] == [ids, ids]


def test_a_new_group_begins_with_what_comes_after_it(bus: Bus, join: Join) -> None:
    bus.publish(make_events(5))
    consumer = join("g", from_start=False)
    later = make_events(5)
    bus.publish(later)
    assert collect(consumer, 5) == later


def test_a_group_that_begins_later_keeps_its_place_before_its_first_commit(bus: Bus, join: Join) -> None:
    first = join("g", from_start=False)
    events = make_events(5)
    bus.publish(events)
    assert collect(first, 5) == events
    first.close()
    assert collect(join("g", from_start=False), 5) == events


def test_what_was_committed_does_not_come_again(bus: Bus, join: Join) -> None:
    events = make_events(10)
    bus.publish(events[:6])
    first = join("g")
    assert collect(first, 6) == events[:6]
    first.commit()
    first.close()
    bus.publish(events[6:])
    assert collect(join("g"), 4) == events[6:]


def test_what_was_not_committed_comes_again_in_order(bus: Bus, join: Join) -> None:
    events = make_events(10)
    bus.publish(events)
    first = join("g")
    assert collect(first, 4, limit=4) == events[:4]
    first.commit()
    assert collect(first, 6, limit=6) == events[4:]
    first.close()
    assert collect(join("g"), 6) == events[4:]


def test_another_member_takes_over_from_one_that_was_killed(
    bus: Bus, join: Join, spawn: Callable[[str], "subprocess.Popen[str]"]
) -> None:
    events = make_events(20, keys=20)
    bus.publish(events)
    killed = spawn("g")
    assert killed.stdout is not None
    seen = {UUID(killed.stdout.readline().strip()) for _ in events}
    killed.kill()
    killed.wait()
    assert seen == {event.id for event in events}
    assert {event.id for event in collect(join("g"), 20)} == seen


def test_the_members_of_a_group_share_the_work(bus: Bus, join: Join) -> None:
    members = [join("g")]
    share(members, bus)
    members.append(join("g"))
    share(members, bus)
    events = make_events(400, keys=100)
    bus.publish(events)
    shares: list[list[Event]] = [[], []]
    deadline = time.monotonic() + PATIENCE
    while sum(map(len, shares)) < 400 and time.monotonic() < deadline:
        for member, mine in zip(members, shares, strict=True):
            mine += [event for event in member.poll(100, 0.1) if event.id in {event.id for event in events}]
            member.commit()
    keys = [by_key(mine) for mine in shares]
    assert keys[0].keys() & keys[1].keys() == set()
    assert keys[0] | keys[1] == {f"key-{key}": [0, 1, 2, 3] for key in range(100)}


def test_the_lag_is_what_the_group_has_not_committed(bus: Bus, join: Join) -> None:
    consumer = join("g")
    bus.publish(make_events(12, keys=6))
    lags = [bus.lag("g")]
    collect(consumer, 12)
    lags.append(bus.lag("g"))
    consumer.commit()
    lags.append(bus.lag("g"))
    assert lags == [12, 12, 0]


def test_a_forgotten_group_begins_anew(bus: Bus, join: Join) -> None:
    events = make_events(3)
    join("other").close()
    bus.publish(events)
    consumer = join("g")
    assert collect(consumer, 3) == events
    consumer.commit()
    consumer.close()
    bus.forget("g")
    assert collect(join("g"), 3) == events


def test_a_group_without_a_member_is_idle_and_one_that_is_forgotten_is_none(bus: Bus, join: Join) -> None:
    assert bus.idle_groups() == []
    bus.create_group("made")
    left, here = join("left"), join("here")
    bus.publish(make_events(3))
    assert [len(collect(left, 3)), len(collect(here, 3))] == [3, 3]
    left.close()
    assert (bus.idle_groups(), bus.lag("left")) == (["left", "made"], 3)
    bus.forget("left")
    assert bus.idle_groups() == ["made"]
