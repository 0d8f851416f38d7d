"""Windows of several processes: each learns soon what the others counted, and nothing is counted twice or lost."""

import random
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from aerostic.detection.windows import WindowStore, metrics, owed
from aerostic.detection.windows.quota import Quota
from tests.core.detection.windows.conftest import DECLARED, NOW, Open


class Line(Redis):
    """A connection on which the answers to scripts get lost, or the scripts themselves, while it is told so."""

    asked_lost = answer_lost = False
    calls = 0

    def evalsha(self, sha: str, numkeys: int, *arguments: Any) -> Any:
        """Ask, unless it is lost; answer, unless that is."""
        if self.asked_lost:
            raise RedisConnectionError("away")
        self.calls += 1
        answer = super().evalsha(sha, numkeys, *arguments)
        if self.answer_lost:
            raise RedisTimeoutError("no answer")
        return answer


@pytest.fixture
def line(redis: Redis) -> Line:
    return Line(connection_pool=redis.connection_pool)


@pytest.fixture
def process(line: Line, settings: Any) -> WindowStore:
    return WindowStore(line, settings.redis_prefix, DECLARED)


def test_two_processes_know_each_others_counts_a_tick_later(store: Open) -> None:
    one, other = store(), store()
    one.of("d").count("minute", "a", NOW, 3)
    one.flush(NOW)
    assert other.of("d").count("minute", "a", NOW + 5, 4) == 4
    other.flush(NOW + 5)
    assert other.of("d").total("minute", "a", NOW + 5) == 7
    assert one.of("d").count("minute", "a", NOW + 6) == 4
    one.flush(NOW + 6)
    assert one.of("d").total("minute", "a", NOW + 6) == 8
    assert one.of("d").total("minute", "a", NOW + 6, 3) == 5


def test_two_processes_know_each_others_members_a_tick_later(store: Open) -> None:
    one, other = store(), store()
    one.of("d").note("rare", "a", NOW + 1.25, "x")
    one.flush(NOW + 1)
    other.of("d").note("rare", "a", NOW, "y")
    other.flush(NOW + 1)
    assert other.of("d").members("rare", "a", NOW + 2) == [("y", NOW), ("x", NOW + 1.25)]
    one.of("d").note("rare", "a", NOW + 2, "z")
    one.flush(NOW + 2)
    assert [member for member, _ in one.of("d").members("rare", "a", NOW + 2)] == ["y", "x", "z"]


def test_what_three_processes_count_at_random_adds_up(store: Open) -> None:
    rnd, stores, expected = random.Random(3), [store() for _ in range(3)], Counter[str]()
    for tick in range(200):
        now = NOW + tick / 20
        for kept in stores:
            for _ in range(rnd.randrange(4)):
                key, late = rnd.choice("abcde"), rnd.randrange(3)
                kept.of("d").count("minute", key, now - late)
                expected[key] += 1
            if rnd.random() < 0.7:
                kept.flush(now)
    for kept in stores:
        kept.flush(NOW + 10, everything=True)
    for kept in stores:
        for key in "abcde":
            kept.of("d").count("minute", key, NOW + 10, 0)
        kept.flush(NOW + 10)
    assert [{key: kept.of("d").total("minute", key, NOW + 10) for key in "abcde"} for kept in stores] == [expected] * 3


def test_a_tick_is_one_call(process: WindowStore, line: Line) -> None:
    for number in range(250):
        process.of("d").count("minute", str(number), NOW)
        process.of("d").count("hour", str(number % 9), NOW)
        process.of("d").note("rare", str(number % 7), NOW, str(number))
    process.flush(NOW)
    assert line.calls == 1
    process.flush(NOW)
    assert line.calls == 1


def test_what_only_one_process_counts_may_wait_until_another_does(store: Open, redis: Redis) -> None:
    def written() -> int:
        return sum(
            int(amount) for key in redis.scan_iter("*minute*") for field, amount in redis.hgetall(key).items() if field
        )

    one, seen = store(), []
    for tick in range(40):
        one.of("d").count("minute", "a", NOW)
        one.flush(NOW + tick / 20)
        seen.append(written())
    assert seen == [1] * 10 + [11] * 10 + [21] * 10 + [31] * 10
    one.flush(NOW + 2, everything=True)
    assert written() == 40
    other = store()
    other.of("d").count("minute", "a", NOW + 2)
    other.flush(NOW + 2)
    assert other.of("d").total("minute", "a", NOW + 2) == 41
    for tick in range(50, 60):
        one.of("d").count("minute", "a", NOW + 2)
        one.flush(NOW + tick / 20)
    for tick in range(61, 64):
        before = written()
        one.of("d").count("minute", "a", NOW + 2)
        one.flush(NOW + tick / 20)
        assert written() == before + 1


def test_a_process_that_starts_has_what_was_written(store: Open) -> None:
    one = store()
    for number in range(1_200):
        one.of("d").count("minute", f"key-{number}", NOW, number)
    one.of("d").note("rare", "a:b", NOW + 0.5, "x")
    one.flush(NOW)
    other = store()
    other.restore()
    assert [other.of("d").total("minute", f"key-{number}", NOW) for number in range(1_200)] == list(range(1_200))
    assert other.of("d").members("rare", "a:b", NOW + 1) == [("x", NOW + 0.5)]
    assert other.of("d").count("minute", "key-7", NOW + 1) == 8


def test_without_restoring_a_key_comes_back_when_it_is_used(store: Open) -> None:
    one = store()
    one.of("d").count("minute", "a", NOW, 5)
    one.of("d").note("rare", "a", NOW, "x")
    one.flush(NOW)
    other = store()
    other.of("d").count("minute", "a", NOW + 1)
    other.of("d").note("rare", "a", NOW + 1, "y")
    other.flush(NOW + 1)
    assert other.of("d").total("minute", "a", NOW + 1) == 6
    assert other.of("d").members("rare", "a", NOW + 1) == [("x", NOW), ("y", NOW + 1)]


def test_a_key_that_was_forgotten_here_is_known_again_from_there(store: Open) -> None:
    one = store()
    one.of("d").count("minute", "a", NOW, 5)
    one.of("d").note("rare", "a", NOW, "x")
    one.flush(NOW)
    for _ in range(2):
        for series in one.of("d").series:  # type: ignore[attr-defined]
            series.turn()
    one.of("d").count("minute", "a", NOW + 1)
    one.of("d").note("rare", "a", NOW + 1, "y")
    one.flush(NOW + 1)
    assert one.of("d").total("minute", "a", NOW + 1) == 6
    assert [member for member, _ in one.of("d").members("rare", "a", NOW + 1)] == ["x", "y"]


def test_a_lost_answer_counts_nothing_twice(process: WindowStore, line: Line, store: Open) -> None:
    process.of("d").count("minute", "a", NOW, 2)
    process.of("d").note("rare", "a", NOW, "x")
    line.answer_lost = True
    with pytest.raises(RedisTimeoutError):
        process.flush(NOW)
    process.of("d").count("minute", "a", NOW, 3)
    line.answer_lost = False
    process.flush(NOW + 1)
    process.flush(NOW + 1)
    other = store()
    other.restore()
    assert [kept.of("d").total("minute", "a", NOW + 1) for kept in (process, other)] == [5, 5]


def test_during_an_outage_it_counts_in_memory_and_catches_up(process: WindowStore, line: Line, store: Open) -> None:
    line.asked_lost = True
    for second in range(30):
        process.of("d").count("minute", "a", NOW + second)
        with pytest.raises(RedisConnectionError):
            process.flush(NOW + second)
    other = store()
    other.of("d").count("minute", "a", NOW + 29, 100)
    other.flush(NOW + 29)
    assert process.of("d").total("minute", "a", NOW + 29) == 30
    line.asked_lost = False
    process.flush(NOW + 40)
    process.flush(NOW + 40)
    assert process.owed() == 0
    other.of("d").count("minute", "a", NOW + 40, 0)
    other.flush(NOW + 40)
    assert [kept.of("d").total("minute", "a", NOW + 40) for kept in (process, other)] == [130, 130]


def test_while_the_server_is_away_it_is_asked_now_and_then(process: WindowStore, line: Line) -> None:
    tries = metrics.FAILURES._value.get()
    line.asked_lost = True
    for tick in range(200):
        process.of("d").count("minute", "a", NOW + tick / 20)
        with pytest.raises(RedisConnectionError):
            process.flush(NOW + tick / 20)
    assert metrics.FAILURES._value.get() - tries == 6


def test_what_waits_is_bounded_and_the_oldest_goes(
    process: WindowStore, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owed, "MOST", 100)
    monkeypatch.setattr(owed, "CHUNK", 30)
    line.asked_lost = True
    for number in range(1_000):
        process.of("d").count("minute", str(number), NOW)
        with pytest.raises(RedisConnectionError):
            process.flush(NOW, everything=True)
    assert process.owed() == 100
    line.asked_lost = False
    calls = []
    while process.owed():
        process.flush(NOW + 10)
        calls.append(process.owed())
    assert calls == [100, 70, 40, 10, 0]


def test_a_flood_of_keys_begins_no_more_in_redis_than_it_may(
    process: WindowStore, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = str(UUID(int=1))
    for window in process._shared:
        monkeypatch.setattr(window, "quota", Quota(60, most=100, of_owner=10))

    def flood(now: float, *keys: str) -> int:
        for key in keys:
            process.of("d").count("minute", key, now)
        process.flush(now)
        return sum(1 for _ in redis.scan_iter("*minute*"))

    assert flood(NOW, *(f"{tenant}:{number}" for number in range(500))) == 10
    assert flood(NOW + 1, *(f"key-{number}" for number in range(500))) == 100
    assert flood(NOW + 2, "key-3", "one more") == 100
    assert process.of("d").total("minute", "key-499", NOW + 2) == 1
    assert flood(NOW + 61, "one more") == 101


def test_what_its_window_has_left_behind_is_not_written(process: WindowStore, line: Line, redis: Redis) -> None:
    process.of("d").count("minute", "a", NOW)
    process.flush(NOW + 100)
    assert (line.calls, list(redis.scan_iter())) == (0, [])


def test_keys_in_redis_end_with_their_windows_and_keep_no_old_buckets(store: Open, redis: Redis) -> None:
    one = store()
    for second in range(400):
        one.of("d").count("minute", "a", NOW + second)
        one.of("d").note("rare", "a", NOW + second, str(second))
        one.flush(NOW + second)
    (counted,) = redis.scan_iter("*minute*")
    (noted,) = redis.scan_iter("*rare*")
    assert redis.hlen(counted) <= 2 * 60 + 1
    assert redis.zcard(noted) == 3 + 1
    assert all(0 < redis.ttl(key) <= seconds for key, seconds in ((counted, 121), (noted, 660)))
    other = store()
    other.restore()
    assert other.of("d").total("minute", "a", NOW + 399) == 60
    assert [member for member, _ in other.of("d").members("rare", "a", NOW + 399)] == ["397", "398", "399"]


def test_a_server_that_lost_everything_takes_nothing_from_memory(store: Open, redis: Redis) -> None:
    one = store()
    one.of("d").count("minute", "a", NOW, 5)
    one.of("d").note("rare", "a", NOW, "x")
    one.flush(NOW)
    redis.flushall()
    redis.script_flush()
    one.of("d").count("minute", "a", NOW)
    one.of("d").note("rare", "a", NOW + 1, "y")
    one.flush(NOW + 1)
    assert one.of("d").total("minute", "a", NOW + 1) == 6
    assert [member for member, _ in one.of("d").members("rare", "a", NOW + 1)] == ["x", "y"]
