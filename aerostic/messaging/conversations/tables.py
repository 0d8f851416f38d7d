"""What listing and reading conversations have in common: the order of messages, and those that stand in no thread."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_

from aerostic.messaging.models import Message

# These change another message, and are shown there.
AMENDMENTS = ("reaction", "edit", "revoke")
seen_at: ColumnElement[Any] = func.coalesce(Message.sending_at, Message.created_at)


def standing() -> ColumnElement[bool]:
    """Messages that have a place of their own: neither part of another one, nor a campaign's that has not left."""
    amends = and_(Message.kind.in_(AMENDMENTS), Message.details.has_key("reply_to"))
    waits = and_(Message.batch_id.is_not(None), Message.state.in_(("planned", "cancelled")))
    return and_(not_(amends), not_(waits))
