"""What is learnt, on its way to Redis: where that cannot keep up, it is said once, and the loop that judges never waits."""

from redis import Redis
from structlog.testing import capture_logs

from aerostic.detection.running.states import EACH_SECONDS, States
from aerostic.settings import Settings


def test_that_redis_is_behind_is_said_once_and_again_when_it_was_not_meanwhile(
    redis: Redis, settings: Settings
) -> None:
    states = States(redis, settings.redis_prefix, {"one": (lambda: {"n": 1}, lambda _state: None)})
    with capture_logs() as said:
        for turn in range(20):
            states.save_some(turn * EACH_SECONDS)
        assert [entry["event"] for entry in said] == ["states are not kept: Redis is behind"]
        states._write(*states._waiting.get_nowait())
        for turn in range(20, 40):
            states.save_some(turn * EACH_SECONDS)
    assert len(said) == 2
