"""Telling pages that are open what has come up: those of the tenants concerned, and the platform's console."""

from collections.abc import Callable, Iterable
from uuid import UUID

import structlog
from flask import Flask
from redis.exceptions import RedisError

from aerostic.registry.runtime import KEY, Runtime
from aerostic.streams import notices
from aerostic.streams.notices import Notice

log = structlog.get_logger(__name__)
SIGNALS, DECISIONS, INCIDENTS, APPEALS = "signals", "decisions", "incidents", "appeals"
PERMISSION = "security.view"


def tell(runtime: Runtime, topics: Iterable[str], tenants: Iterable[UUID | None] = ()) -> None:
    """Let the open pages look again. Where that cannot be told, they are late: nothing else depends on it.

    Args:
        runtime: of the application.
        topics: what has changed, of the names above.
        tenants: whose it is, beside the platform's; None stands for nobody.
    """
    changed = frozenset(topics)
    own = [Notice(tenant_id, {PERMISSION: changed}) for tenant_id in sorted(filter(None, set(tenants)))]
    try:
        notices.append(runtime.redis, runtime.settings.redis_prefix, [Notice(None, {"": changed}), *own])
    except RedisError as error:
        log.warning("open pages cannot be told", reason=type(error).__name__)


def teller(app: Flask) -> Callable[[set[UUID | None]], None]:
    """What the process that detects calls when it has written something down about tenants."""
    runtime: Runtime = app.extensions[KEY]
    return lambda tenants: tell(runtime, (SIGNALS, DECISIONS, INCIDENTS), tenants)
