"""How the streams stand: for the platform's people."""

from collections.abc import Sequence
from dataclasses import dataclass

from aerostic.registry import Runtime
from aerostic.streams.dead import DeadLetter, DeadLetters
from aerostic.streams.intake import Intake
from aerostic.streams.lags import told_lags
from aerostic.streams.metrics import DEAD, INTAKE, LAG
from aerostic.streams.transports import open_bus


@dataclass(frozen=True, slots=True)
class Streams:
    """Webhooks that wait, events each handler has not committed yet, those that are kept for groups that nobody runs or knows
    any more, and letters that were given up on.
    """

    backlog: int
    lags: dict[str, int]
    gone: dict[str, int]
    dead: int
    letters: Sequence[DeadLetter]


def stream_states(at: Runtime, groups: Sequence[str], own: Sequence[str], letters: int = 20) -> Streams:
    """Ask the intake, the bus and the dead letters.

    Args:
        at: where to ask.
        groups: handlers of events; other consumers are told of by the processes that run them.
        own: the groups of those others.
        letters: how many dead letters, the oldest.

    Raises:
        BusError, redis.exceptions.RedisError: a server does not answer.
    """
    dead = DeadLetters(at.redis, at.settings.redis_prefix)
    bus = open_bus(at.settings, at.redis)
    try:
        lags = {name: bus.lag(name) for name in groups}
        gone = {name: bus.lag(name) for name in bus.idle_groups() if name not in (*groups, *own)}
    finally:
        bus.close()
    lags = told_lags(at.redis, at.settings.redis_prefix) | lags
    intake = Intake(at.redis, at.settings.redis_prefix, at.settings.intake_stream_limit)
    return Streams(intake.backlog(), lags, gone, dead.count(), dead.letters(letters))


def meter(at: Runtime) -> None:
    """Bring the gauges of this process up to date, for whoever reads `/metrics`.

    Raises:
        redis.exceptions.RedisError: the server does not answer.
    """
    LAG.clear()
    for name, lag in told_lags(at.redis, at.settings.redis_prefix).items():
        LAG.labels(name).set(lag)
    DEAD.set(DeadLetters(at.redis, at.settings.redis_prefix).count())
    INTAKE.set(Intake(at.redis, at.settings.redis_prefix, at.settings.intake_stream_limit).backlog())
