"""Telling open pages of what a person did here."""

from uuid import UUID

import structlog
from redis.exceptions import RedisError

from aerostic.detection.telling import tell
from aerostic.registry import runtime

log = structlog.get_logger(__name__)


def announce(*topics: str, tenant_id: UUID | None = None) -> None:
    """Let the pages of a tenant, if one is named, and of the platform's console look again. What cannot be told is not missed."""
    found = runtime()
    try:
        tell(found.redis, found.settings.redis_prefix, topics, [tenant_id])
    except RedisError as error:
        log.warning("open pages cannot be told", reason=type(error).__name__)
