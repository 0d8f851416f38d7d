"""Sending never waits for detection: a place on the bus that nobody uses is given up before it holds up everybody."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from aerostic.db import Event
from aerostic.detection.running import guarding
from aerostic.detection.running.guarding import look
from aerostic.detection.running.pulse import GROUP, beat, last
from aerostic.registry import runtime
from aerostic.streams import Bus, BusError
from aerostic.streams.redis_bus import RedisBus
from aerostic.streams.transports import open_bus


def events(count: int) -> list[Event]:
    return [Event("message.accepted", None, str(number % 50), {}) for number in range(count)]


@pytest.fixture
def bus(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    monkeypatch.setattr(guarding, "MOST_BEHIND", 100)
    monkeypatch.setattr(guarding, "MOST_OBSERVED", 100)
    own = runtime()
    yield open_bus(own.settings, own.redis)


def test_detection_that_is_far_behind_loses_its_place_and_finds_a_new_one(app: Flask, bus: Any) -> None:
    bus.create_group(GROUP)
    bus.create_group("other")
    bus.publish(events(101))
    look(app)
    assert (bus.lag(GROUP), bus.lag("other")) == (0, 101)
    consumer = bus.consumer(GROUP, name="test")
    bus.publish(later := events(1))
    assert [event.id for event in consumer.poll(10, 2)] == [later[0].id]


def test_one_that_keeps_up_keeps_its_place(app: Flask, bus: Any) -> None:
    bus.create_group(GROUP)
    bus.publish(events(100))
    look(app)
    assert bus.lag(GROUP) == 100


def test_a_bus_that_was_full_because_of_it_takes_events_again(app: Flask, bus: Any) -> None:
    own = runtime()
    narrow = RedisBus(own.redis, own.settings.redis_prefix, limit=200)
    narrow.create_group(GROUP)
    one = [Event("message.accepted", None, "k", {}) for _ in range(150)]
    narrow.publish(one)
    with pytest.raises(BusError):
        narrow.publish(one)
    look(app)
    narrow.publish(one)


def test_while_it_is_down_its_observations_do_not_stop_the_counting_of_calls(app: Flask, bus: Any) -> None:
    own = runtime()
    observed = RedisBus(own.redis, f"{own.settings.redis_prefix}:observations", limit=200)
    observed.create_group(GROUP)
    counting = observed.consumer("calls", name="test", from_start=True)
    one = [Event("api.asked", None, "k", {}) for _ in range(150)]
    observed.publish(one)
    assert len(counting.poll(200, 2)) == 150
    counting.commit()
    beat(own.redis, own.settings.redis_prefix, {"at": 1.0})
    look(app)
    assert observed.lag(GROUP) == 150
    own.redis.delete(f"{own.settings.redis_prefix}:detection:pulse")
    look(app)
    observed.publish(one)
    assert len(counting.poll(200, 2)) == 150


def test_what_detection_said_last_is_known_for_a_minute(redis: Redis, app: Flask) -> None:
    prefix = runtime().settings.redis_prefix
    assert last(redis, prefix) is None
    beat(redis, prefix, {"at": 1.0, "events": 3.0})
    assert last(redis, prefix) == {"at": 1.0, "events": 3.0}
    (key,) = redis.scan_iter(f"{prefix}:detection:pulse")
    assert 55 <= redis.ttl(key) <= 60
