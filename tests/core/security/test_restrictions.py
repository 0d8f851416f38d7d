"""Flags of what is held back: read in one question, ending by themselves."""

import json
from time import time

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from aerostic.security.restrictions import UNKNOWN, Restriction, Restrictions
from aerostic.settings import Settings

UNTIL = time() + 3600


@pytest.fixture
def flags(redis: Redis, settings: Settings) -> Restrictions:
    """Those of one installation."""
    return Restrictions(redis, settings.redis_prefix)


def test_a_flag_is_seen_by_everybody_who_asks_for_its_subject(
    flags: Restrictions, redis: Redis, settings: Settings
) -> None:
    blocked = Restriction("block", "d1", UNTIL)
    flags.put("address", "a1", blocked)
    other = Restrictions(redis, settings.redis_prefix)
    assert other.of([("address", "a1"), ("address", "a2"), ("tenant", "a1")]) == {("address", "a1"): blocked}


def test_a_new_flag_takes_the_place_of_the_old_one_until_it_is_lifted(flags: Restrictions) -> None:
    flags.put("tenant", "t", Restriction("slow", "d1", UNTIL))
    flags.put("tenant", "t", Restriction("freeze", "d2", UNTIL))
    assert flags.of([("tenant", "t")]) == {("tenant", "t"): Restriction("freeze", "d2", UNTIL)}
    flags.lift("tenant", "t")
    assert flags.of([("tenant", "t")]) == {}


def test_a_flag_ends_by_itself(flags: Restrictions, redis: Redis, settings: Settings) -> None:
    flags.put("key", "k", Restriction("disable", "d", UNTIL))
    assert redis.pexpiretime(f"{settings.redis_prefix}:held:key:k") == int(UNTIL * 1000)
    flags.put("key", "k", Restriction("disable", "d", time() - 1))
    assert flags.of([("key", "k")]) == {}


def test_many_subjects_are_one_question(flags: Restrictions, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    mget = redis.mget

    def counted(keys: list[str]) -> object:
        asked.append(len(keys))
        return mget(keys)

    monkeypatch.setattr(redis, "mget", counted)
    flags.of([("tenant", str(number)) for number in range(20)])
    assert asked == [20]


def test_no_subjects_are_no_question(redis: Redis) -> None:
    class Unasked:
        """Must not be asked."""

    assert Restrictions(Unasked(), "p").of([]) == {}  # type: ignore[arg-type]


def test_where_nobody_can_be_asked_nothing_is_held_back_and_it_is_counted() -> None:
    class Away:
        """A server that does not answer."""

        def mget(self, *_: object) -> None:
            raise RedisConnectionError

    before = UNKNOWN._value.get()
    assert Restrictions(Away(), "p").of([("tenant", "t")]) == {}  # type: ignore[arg-type]
    assert UNKNOWN._value.get() - before == 1


def test_a_flag_holds_no_more_than_what_is_done_and_why(flags: Restrictions, redis: Redis, settings: Settings) -> None:
    flags.put("user", "u", Restriction("challenge", "d", UNTIL))
    kept = redis.get(f"{settings.redis_prefix}:held:user:u")
    assert json.loads(kept) == ["challenge", "d", UNTIL]  # type: ignore[arg-type]
