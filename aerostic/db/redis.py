"""The connection to Redis or Valkey."""

from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from aerostic.settings import Settings


def connect(settings: Settings, *, patient: bool = True) -> Redis:
    """A client with time-outs and a few retries; bytes in, bytes out.

    Args:
        patient: False for what is done without rather than waited for: half a second, and no second try.

    Raises:
        ValueError: REDIS_URL is not set.
    """
    if not settings.redis_url:
        raise ValueError(
            "REDIS_URL is not set: start through `aerostic up`, which runs a private server, or name yours."
        )
    if not patient:
        return Redis.from_url(
            settings.redis_url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
        )
    return Redis.from_url(
        settings.redis_url,
        socket_timeout=15,
        socket_connect_timeout=3,
        health_check_interval=30,
        retry=Retry(ExponentialWithJitterBackoff(cap=1, base=0.05), 3),
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
    )
