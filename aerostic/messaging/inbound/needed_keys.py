"""Which data keys seal what waits in Redis: webhooks of the intake stream, and statuses whose message is not known yet."""

from typing import Any

from redis import Redis

from aerostic.messaging.inbound.later import TENANT_BYTES
from aerostic.messaging.inbound.received import BODY
from aerostic.security.envelope import key_id_of

PAGE = 1_000


def needed_keys(redis: Redis, prefix: str) -> set[bytes]:
    """Their ids. It reads all that waits."""
    found, after = set[bytes](), "-"
    while True:
        entries: Any = redis.xrange(f"{prefix}:intake", min=after, count=PAGE)
        found.update(key_id_of(fields[BODY]) for _, fields in entries if BODY in fields)
        if len(entries) < PAGE:
            break
        after = "(" + entries[-1][0].decode()
    held: Any = redis.hscan_iter(f"{prefix}:intake:later:held", count=PAGE)
    return found | {key_id_of(raw[TENANT_BYTES:]) for _, raw in held}
