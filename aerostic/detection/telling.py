"""Telling pages that are open what has come up: those of the tenants concerned, and the platform's console."""

from collections.abc import Iterable
from uuid import UUID

from redis import Redis

from aerostic.streams import notices
from aerostic.streams.notices import Notice

SIGNALS, DECISIONS, INCIDENTS, APPEALS = "signals", "decisions", "incidents", "appeals"
PERMISSION = "security.view"


def tell(redis: Redis, prefix: str, topics: Iterable[str], tenants: Iterable[UUID | None] = ()) -> None:
    """Let the open pages look again.

    Args:
        redis: a client that answers bytes.
        prefix: first part of every key.
        topics: what has changed, of the names above.
        tenants: whose it is, beside the platform's; None stands for nobody.

    Raises:
        RedisError: nobody can be told.
    """
    changed = frozenset(topics)
    own = [Notice(tenant_id, {PERMISSION: changed}) for tenant_id in sorted(filter(None, set(tenants)))]
    notices.append(redis, prefix, [Notice(None, {"": changed}), *own])
