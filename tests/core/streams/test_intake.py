"""The intake stream of webhooks."""

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from redis.retry import Retry

from aerostic.settings import Settings
from aerostic.streams import Intake, IntakeFullError, IntakeUnavailableError


@pytest.fixture
def intake(redis: Redis, settings: Settings) -> Intake:
    """A stream with room for three."""
    return Intake(redis, settings.redis_prefix, 3)


def test_what_is_appended_is_read_once(intake: Intake) -> None:
    intake.append({b"channel": b"whatsapp", b"body": b"\x00\xff"})
    first = [fields for _, fields in intake.read("a", 10, 1)]
    assert (first, intake.read("b", 10, 1)) == ([{b"channel": b"whatsapp", b"body": b"\x00\xff"}], [])


def test_at_the_bound_it_refuses_until_something_is_acknowledged(intake: Intake) -> None:
    for number in range(3):
        intake.append({b"n": b"%d" % number})
    with pytest.raises(IntakeFullError, match="3 webhooks wait"):
        intake.append({b"n": b"3"})
    intake.ack([intake.read("a", 1, 1)[0][0]])
    intake.append({b"n": b"4"})
    assert [fields[b"n"] for _, fields in intake.read("a", 10, 1)] == [b"1", b"2", b"4"]


def test_many_are_taken_in_their_order_all_or_none(intake: Intake) -> None:
    intake.append({b"n": b"0"}, {b"n": b"1"})
    with pytest.raises(IntakeFullError):
        intake.append({b"n": b"2"}, {b"n": b"3"})
    assert [fields for _, fields in intake.read("a", 10, 1)] == [{b"n": b"0"}, {b"n": b"1"}]


def test_what_was_read_and_not_acknowledged_counts_as_backlog(intake: Intake) -> None:
    intake.append({b"n": b"0"})
    entries = intake.read("a", 10, 1)
    counts = [intake.backlog()]
    intake.ack([entry for entry, _ in entries])
    assert [*counts, intake.backlog()] == [1, 0]


def test_another_consumer_takes_over_what_one_left(intake: Intake) -> None:
    intake.append({b"n": b"0"})
    left = intake.read("dead", 10, 1)
    assert (intake.claim_stale("b", 60_000, 10), intake.claim_stale("b", 0, 10)) == ([], left)


def test_claiming_from_a_stream_that_never_was_finds_nothing(intake: Intake) -> None:
    assert intake.claim_stale("a", 0, 10) == []


def test_a_server_that_is_away_is_unavailable() -> None:
    with (
        Redis(port=1, retry=Retry(NoBackoff(), 0)) as nobody,
        pytest.raises(IntakeUnavailableError, match="did not take the webhook"),
    ):
        Intake(nobody, "x", 3).append({b"a": b"b"})


def test_a_server_without_memory_is_unavailable(intake: Intake, redis: Redis) -> None:
    redis.config_set("maxmemory", "1")
    try:
        with pytest.raises(IntakeUnavailableError) as refusal:
            intake.append({b"a": b"b"})
    finally:
        redis.config_set("maxmemory", "0")
    assert isinstance(refusal.value.__cause__, ResponseError)
    assert intake.backlog() == 0
