"""What only the Redis transport promises: bounds, trimming, leases."""

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from aerostic.db import Event
from aerostic.settings import Settings
from aerostic.streams import BusError, BusFullError
from aerostic.streams.redis_bus import RedisBus
from tests.core.streams.conftest import make_events


@pytest.fixture
def bus(redis: Redis, settings: Settings) -> RedisBus:
    """Ten events a partition, leases that outlast the test."""
    return RedisBus(redis, settings.redis_prefix, limit=10)


def kept(redis: Redis, settings: Settings) -> int:
    """How many events are in the streams."""
    return sum(redis.xlen(f"{settings.redis_prefix}:events:{partition}") for partition in range(8))


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_only_what_every_group_committed_is_trimmed(
    bus: RedisBus, redis: Redis, settings: Settings, names: tuple[str, str]
) -> None:
    fast, slow = (bus.consumer(group, name="test") for group in names)
    bus.publish(make_events(8))
    sizes = []
    for consumer, limit in ((slow, 3), (fast, 8), (slow, 5)):
        consumer.poll(limit, 1.0)
        consumer.commit()
        sizes.append(kept(redis, settings))
    assert sizes == [8, 5, 0]


def test_the_lag_counts_what_is_left_of_a_partition(bus: RedisBus) -> None:
    consumer = bus.consumer("g", name="test")
    bus.publish(make_events(8))
    consumer.poll(3, 1.0)
    consumer.commit()
    assert bus.lag("g") == 5


def test_a_bus_that_a_group_holds_up_refuses_and_loses_nothing(bus: RedisBus) -> None:
    consumer = bus.consumer("g", name="test")
    first, second = make_events(10), make_events(3)
    bus.publish(first)
    with pytest.raises(BusFullError, match="too far behind"):
        bus.publish(second)
    assert consumer.poll(20, 1.0) == first
    consumer.commit()
    bus.publish(second)
    assert consumer.poll(20, 1.0) == second


def test_what_only_a_forgotten_group_needed_makes_room(bus: RedisBus) -> None:
    bus.create_group("gone")
    consumer = bus.consumer("g", name="test")
    bus.publish(first := make_events(10))
    assert consumer.poll(20, 1.0) == first
    consumer.commit()
    bus.forget("gone")
    bus.publish(second := make_events(10))
    assert consumer.poll(20, 1.0) == second


def test_without_any_group_the_oldest_events_go(bus: RedisBus) -> None:
    events = make_events(25)
    for start in range(0, 25, 5):
        bus.publish(events[start : start + 5])
    assert bus.consumer("g", name="test", from_start=True).poll(30, 1.0) == events[15:]


def test_a_member_whose_lease_another_has_cannot_commit(bus: RedisBus, redis: Redis, settings: Settings) -> None:
    consumer = bus.consumer("g", name="test")
    events = make_events(4)
    bus.publish(events)
    assert consumer.poll(10, 1.0) == events
    for lease in redis.scan_iter(f"{settings.redis_prefix}:events:*:lease:g"):
        redis.set(lease, "another")
    consumer.commit()
    assert (bus.lag("g"), consumer.poll(10, 0.0)) == (4, [])


def test_a_second_member_waits_for_what_the_first_has_not_committed(bus: RedisBus) -> None:
    first, second = (bus.consumer("g", name=name) for name in ("first", "second"))
    events = make_events(40, keys=40)
    bus.publish(events)
    got: list[Event] = []
    while len(got) < 40:
        got += first.poll(40, 1.0)
    for member in (second, first, second):
        member.keep()
    assert second.poll(40, 0.0) == []
    first.commit()
    for member in (first, second):
        member.keep()
    bus.publish(make_events(40, keys=40))
    assert (len(second.poll(40, 1.0)) > 0, len(first.poll(40, 1.0)) > 0) == (True, True)


def test_streams_that_were_lost_are_begun_anew(bus: RedisBus, redis: Redis) -> None:
    bus.consumer("g", name="test").poll(10, 0.0)
    redis.flushdb()
    bus.publish(make_events(3))
    assert len(bus.consumer("g", name="test", from_start=True).poll(10, 1.0)) == 3


def test_a_server_that_is_away_is_an_error() -> None:
    with Redis(port=1, retry=Retry(NoBackoff(), 0)) as nobody, pytest.raises(BusError, match="did not take the events"):
        RedisBus(nobody, "x").publish(make_events(1))
