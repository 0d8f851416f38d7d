"""How many people were written to first in the last 24 hours, of those that the provider allows.

The provider counts unique people outside a service window over its whole portfolio (whatsapp.md 11); what other platforms
send there we do not see, so this is an estimate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.messaging.models import ChannelNumber
from aerostic.registry import runtime

TIERS = {"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1_000, "TIER_2K": 2_000, "TIER_10K": 10_000, "TIER_100K": 100_000}
WINDOW = timedelta(hours=24)
KEPT_SECONDS = 30
# Messages of batches are found by their batch, the others by an index of their own.
REACHED = text("""
    SELECT count(contact_id) FROM (
        SELECT m.contact_id FROM batch b JOIN message m ON m.batch_id = b.id
        WHERE b.tenant_id = :tenant AND b.number_id = ANY(:numbers)
          AND (b.finished_at IS NULL OR b.finished_at > :since) AND m.state IN ('sending', 'accepted', 'unknown')
          AND m.category <> 'service' AND m.sending_at > :since
        UNION
        SELECT m.contact_id FROM message m
        WHERE m.tenant_id = :tenant AND m.number_id = ANY(:numbers) AND m.batch_id IS NULL AND m.direction = 'out'
          AND m.created_at > :since AND m.state IN ('sending', 'accepted', 'unknown') AND m.category <> 'service'
    ) AS reached
""")


@dataclass(frozen=True, slots=True)
class Use:
    """People written to first in the last 24 hours, and how many may be; None where there is no limit, or none is known."""

    reached: int | None
    most: int | None


def use(session: Session, tenant_id: UUID, numbers: list[ChannelNumber]) -> Use:
    """The use of the limit that these numbers of one account share. Where nothing limits them nothing is counted."""
    most = max((TIERS.get(number.limit_tier, 0) for number in numbers), default=0)
    if not most:
        return Use(None, None)
    values = {"tenant": tenant_id, "numbers": [number.id for number in numbers], "since": utcnow() - WINDOW}
    return Use(_remembered(numbers[0].account_id, lambda: session.scalar(REACHED, values) or 0), most)


def _remembered(account_id: UUID, count: Callable[[], int]) -> int:
    """A count, or that of some seconds ago: beside a large campaign it takes a while, and many look at it."""
    redis, key = runtime().redis, f"{runtime().settings.redis_prefix}:reached:{account_id}"
    known: Any = redis.get(key)
    if known is None:
        known = count()
        redis.set(key, known, ex=KEPT_SECONDS)
    return int(known)
