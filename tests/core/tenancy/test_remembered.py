"""What a process remembers: for a minute, until something changes, in every process."""

import pytest
from flask import Flask
from redis.exceptions import RedisError

from aerostic.registry import runtime
from aerostic.tenancy.remembered import LOOK_SECONDS, SECONDS, Remembered


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(app: Flask) -> Clock:
    return Clock()


def test_an_answer_is_found_once_a_minute_also_when_it_is_none(clock):
    remembered: Remembered[None] = Remembered("x", clock)
    found = []
    for _ in range(3):
        assert remembered.get("a", lambda: found.append(1)) is None
    clock.now += SECONDS
    remembered.get("a", lambda: found.append(1))
    assert len(found) == 2


def test_a_change_is_seen_at_once_here_and_soon_in_other_processes(clock):
    here, there = Remembered[str]("x", clock), Remembered[str]("x", clock)
    assert (here.get("a", lambda: "old"), there.get("a", lambda: "old")) == ("old", "old")
    here.forget()
    assert here.get("a", lambda: "new") == "new"
    assert there.get("a", lambda: "new") == "old"
    clock.now += LOOK_SECONDS
    assert there.get("a", lambda: "new") == "new"


def test_what_was_read_while_something_changed_is_not_kept(clock):
    remembered: Remembered[str] = Remembered("x", clock)

    def read_late() -> str:
        remembered.forget()
        return "old"

    assert remembered.get("a", read_late) == "old"
    assert remembered.get("a", lambda: "new") == "new"


def test_without_redis_what_is_known_stays_good(clock, monkeypatch):
    remembered: Remembered[str] = Remembered("x", clock)
    remembered.get("a", lambda: "known")

    def fail(*_arguments):
        raise RedisError

    clock.now += LOOK_SECONDS
    monkeypatch.setattr(type(runtime().redis), "get", fail)
    assert remembered.get("a", lambda: "new") == "known"
