"""Who answered a campaign: the first message that its recipient wrote within 72 hours."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from aerostic.sdk import Event, emit, tenant_scope, transaction

from .events import REPLIED

# What the provider says in a person's name, and what only changes a message, is no answer.
NO_ANSWERS = frozenset(("system", "edit", "revoke"))
# The last campaign message a person had counts as answered, whatever was sent to them in between.
ANSWERED = text("""
    WITH answer AS (
    SELECT DISTINCT ON (sent.id) sent.id AS sent_id, sent.campaign_id, came.id, came.contact_id, came.conversation_id,
           came.created_at
    FROM message came CROSS JOIN LATERAL (
        SELECT message.id, campaign.id AS campaign_id
        FROM message JOIN campaigns__campaign campaign ON campaign.batch_id = message.batch_id
        WHERE message.tenant_id = :tenant AND message.contact_id = came.contact_id AND message.direction = 'out'
          AND message.number_id = came.number_id
          AND message.accepted_at BETWEEN came.created_at - interval '72 hours' AND came.created_at
        ORDER BY message.id DESC LIMIT 1
    ) sent
    WHERE came.id = ANY(:messages) ORDER BY sent.id, came.created_at
    ), noted AS (
    INSERT INTO campaigns__reply (message_id, campaign_id, tenant_id, replied_at)
    SELECT sent_id, campaign_id, :tenant, created_at FROM answer
    ON CONFLICT (message_id) DO UPDATE SET replied_at = least(campaigns__reply.replied_at, excluded.replied_at)
    RETURNING message_id, old.message_id IS NULL AS first
    )
    SELECT answer.* FROM answer JOIN noted ON noted.message_id = answer.sent_id WHERE noted.first
""")


def on_messages(tenant_id: UUID, events: Sequence[Event]) -> None:
    """Note the answers among the messages that came in, and announce the first one to each message."""
    came = {UUID(event.data["message_id"]): event for event in events if event.data["kind"] not in NO_ANSWERS}
    if came:
        with transaction(tenant_scope(tenant_id)) as session:
            for answer in session.execute(ANSWERED, {"tenant": tenant_id, "messages": list(came)}).all():
                ids = {
                    "campaign_id": str(answer.campaign_id),
                    "message_id": str(answer.id),
                    "contact_id": str(answer.contact_id),
                    "conversation_id": str(answer.conversation_id) if answer.conversation_id else None,
                }
                chain = {name: value for name, value in came[answer.id].data.items() if name == "chain"}
                emit(session, Event(REPLIED.name, tenant_id, str(answer.contact_id), ids | chain))
