"""How often plugins failed a tenant of late: counts by day in Redis, for the page that shows a plugin's health."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import has_app_context
from redis.exceptions import RedisError

DAYS = 7


def note_failure(tenant: UUID, plugin: str) -> None:
    """Count one. Where that cannot be done it is left: a failure must not make another one."""
    from aerostic.registry.runtime import runtime

    if not has_app_context():
        return
    key = _key(tenant, datetime.now(UTC))
    try:
        with runtime().redis.pipeline() as pipe:
            pipe.hincrby(key, plugin, 1)
            pipe.expire(key, timedelta(days=DAYS + 1))
            pipe.execute()
    except RedisError:
        return


def recent_failures(tenant: UUID) -> Counter[str]:
    """How often each plugin failed within a week. Nothing is known while Redis is away."""
    from aerostic.registry.runtime import runtime

    now = datetime.now(UTC)
    try:
        with runtime().redis.pipeline() as pipe:
            for day in range(DAYS):
                pipe.hgetall(_key(tenant, now - timedelta(days=day)))
            days = pipe.execute()
    except RedisError:
        return Counter()
    found: Counter[str] = Counter()
    for counts in days:
        found.update({plugin.decode(): int(count) for plugin, count in counts.items()})
    return found


def _key(tenant: UUID, day: datetime) -> str:
    from aerostic.registry.runtime import runtime

    return f"{runtime().settings.redis_prefix}:plugin-failures:{tenant}:{day:%Y-%m-%d}"
