"""How the streams stand: for the platform's people."""

from collections.abc import Sequence
from dataclasses import dataclass

from aerostic.registry import Runtime
from aerostic.streams.dead import DeadLetter, DeadLetters
from aerostic.streams.intake import Intake
from aerostic.streams.transports import open_bus


@dataclass(frozen=True, slots=True)
class Streams:
    """Webhooks that wait, events each handler has not committed yet, and letters that were given up on."""

    backlog: int
    lags: dict[str, int]
    dead: int
    letters: Sequence[DeadLetter]


def stream_states(at: Runtime, letters: int = 20) -> Streams:
    """Ask the intake, the bus and the dead letters.

    Raises:
        BusError, redis.exceptions.RedisError: a server does not answer.
    """
    dead = DeadLetters(at.redis, at.settings.redis_prefix)
    names = [item.value.name for item in at.registry.declared("register_event_handlers")]
    bus = open_bus(at.settings, at.redis)
    try:
        lags = {name: bus.lag(name) for name in names}
    finally:
        bus.close()
    intake = Intake(at.redis, at.settings.redis_prefix, at.settings.intake_stream_limit)
    return Streams(intake.backlog(), lags, dead.count(), dead.letters(letters))
