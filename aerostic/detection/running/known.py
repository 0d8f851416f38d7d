"""What was read from the database last, kept in Redis: a process that starts while PostgreSQL is away goes on with that.

What cannot be read, or was not kept, is as if nothing were known: then nobody is acted on (see `Watch.begin`).
"""

from typing import Any, cast
from uuid import UUID

import orjson
import structlog
from redis import Redis
from redis.exceptions import RedisError

from aerostic.detection.judging.policy import Policy
from aerostic.detection.judging.risk import Key
from aerostic.detection.judging.standing import Held
from aerostic.detection.running.loading import Loaded
from aerostic.security.restrictions import ACTIONS, Action

log = structlog.get_logger()

KEPT_SECONDS = 7 * 24 * 3600
MOST_STANDING = 5_000
RENEWED = 1_000  # times that the same was read, before it is written again: the key would end


class Known:
    """Written by every process that has read something new.

    Args:
        redis: a client that answers bytes.
        prefix: first part of the key.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}:detection:known"
        self._written, self._same = b"", 0

    def keep(self, loaded: Loaded) -> None:
        """Keep what was read, where it is new. Where Redis is away, the next time."""
        raw = _packed(loaded)
        self._same = self._same + 1 if raw == self._written else 0
        if self._same % RENEWED:
            return
        try:
            self._redis.set(self._key, raw, ex=KEPT_SECONDS)
        except RedisError as error:
            log.warning("what was read is not kept", reason=type(error).__name__)
        else:
            self._written = raw

    def last(self) -> Loaded | None:
        """What was kept; None for nothing, or nothing that can be read.

        Raises:
            RedisError: it cannot be reached.
        """
        raw: Any = self._redis.get(self._key)
        try:
            return None if raw is None else _read(orjson.loads(raw))
        except (ValueError, KeyError, TypeError) as error:
            log.error("what was known last cannot be read", error=type(error).__name__)
            return None


def _packed(loaded: Loaded) -> bytes:
    newest = sorted(loaded.standing.items(), key=lambda item: item[1].id)[-MOST_STANDING:]
    said = {
        "policy": [loaded.policy.model_dump(mode="json"), loaded.version],
        "shadow": loaded.shadow and [loaded.shadow[0].model_dump(mode="json"), loaded.shadow[1]],
        "standing": [[*key, held.id, held.action, held.until, held.tenant_id] for key, held in newest],
        "limits": [[*key, *limit] for key, limit in sorted(loaded.limits.items())],
    }
    return orjson.dumps(said)


def _read(said: Any) -> Loaded:
    shadow = said["shadow"] and _version(said["shadow"])
    limits = {(str(kind), str(subject)): (str(most), float(until)) for kind, subject, most, until in said["limits"]}
    return Loaded(*_version(said["policy"]), shadow, dict(map(_held, said["standing"])), limits)


def _version(said: Any) -> tuple[Policy, int]:
    document, version = said
    return Policy.model_validate(document), int(version)


def _held(said: Any) -> tuple[Key, Held]:
    kind, subject, name, action, until, tenant = said
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is no action")
    held = Held(UUID(name), cast(Action, action), float(until), UUID(tenant) if tenant else None, is_row=True)
    return (str(kind), str(subject)), held
