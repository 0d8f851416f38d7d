"""How many more people may be written to today: the portfolio's messaging limit, as far as we can see it.

The provider counts unique people outside a service window over 24 hours and the whole portfolio (domain/whatsapp.md 11);
what other platforms send in the same portfolio we do not see, so this is an estimate.
"""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.sdk import ChannelNumber, Message, utcnow

from .context import Context

TIERS = {"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1_000, "TIER_2K": 2_000, "TIER_10K": 10_000, "TIER_100K": 100_000}
WINDOW = timedelta(hours=24)


def room(session: Session, context: Context) -> int | None:
    """People who may still be written to, or None where no limit is known."""
    most = TIERS.get(context.number.limit_tier)
    if most is None:
        return None
    numbers = select(ChannelNumber.id).where(ChannelNumber.account_id == context.account.id)
    used = select(func.count(Message.contact_id.distinct())).where(
        Message.number_id.in_(numbers),
        Message.direction == "out",
        Message.state.in_(("planned", "sending", "accepted", "unknown")),
        Message.category != "service",
        Message.created_at > utcnow() - WINDOW,
    )
    return max(0, most - (session.scalar(used) or 0))


def waiting(session: Session, context: Context) -> int:
    """Messages that are planned on the number already, and so go first or share its pace."""
    planned = select(func.count()).where(Message.number_id == context.number.id, Message.state == "planned")
    return session.scalar(planned) or 0
