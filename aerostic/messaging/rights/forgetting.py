"""Messages that lose what they said and whom they went to.

The rows stay, since charges, the ledger and campaigns' counts follow from them; so does the digest of the provider's id, by
which a late status still finds its message and settles its money. Without contents, no writer of messages puts anything of a
person into the row again.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

CHUNK = 5_000
# An error is told in the channel's own words, without personal data (see `SendResult`): it stays. Of the details only what the
# provider takes for the message does. A program may have put anything into its idempotency key.
_BARE = """
    content_sealed = NULL, provider_id_sealed = NULL,
    details = CASE WHEN details -> 'pricing' IS NULL THEN '{}' ELSE jsonb_build_object('pricing', details -> 'pricing') END
"""
_NOBODY = f"""
    contact_id = NULL, conversation_id = NULL,
    idempotency_key = CASE WHEN source = 'api' THEN 'forgotten:' || id ELSE idempotency_key END, {_BARE}
"""
OF_CONTACTS = text(f"""
    UPDATE message SET {_NOBODY} WHERE id IN (
        SELECT id FROM message WHERE tenant_id = :tenant AND contact_id = ANY(:contacts) ORDER BY id LIMIT {CHUNK} FOR UPDATE)
    RETURNING id
""")
OF_CONVERSATIONS = text(f"""
    UPDATE message SET {_NOBODY} WHERE id IN (
        SELECT id FROM message WHERE conversation_id = ANY(:conversations) AND tenant_id = :tenant
        ORDER BY id LIMIT {CHUNK} FOR UPDATE)
    RETURNING id
""")
OLD = text(f"""
    UPDATE message SET {_BARE} WHERE id IN (
        SELECT id FROM message WHERE tenant_id = :tenant AND created_at >= :start AND created_at < :end
          AND state NOT IN ('planned', 'sending') AND content_sealed IS NOT NULL ORDER BY id FOR UPDATE)
    RETURNING id
""")


def forget_contacts(session: Session, tenant_id: UUID, contact_ids: Sequence[UUID]) -> int:
    """Take contacts off their messages, and what those said. Returns how many messages that were."""
    return _all(session, OF_CONTACTS, {"tenant": tenant_id, "contacts": list(contact_ids)})


def forget_conversations(session: Session, tenant_id: UUID, conversation_ids: Sequence[UUID]) -> int:
    """The same for the messages of conversations. Returns how many messages that were."""
    return _all(session, OF_CONVERSATIONS, {"tenant": tenant_id, "conversations": list(conversation_ids)})


def forget_contents(session: Session, tenant_id: UUID, start: datetime, end: datetime) -> int:
    """Forget what messages of a stretch of time said; whom they went to stays. Returns how many messages that were."""
    return len(session.execute(OLD, {"tenant": tenant_id, "start": start, "end": end}).all())


def _all(session: Session, statement: TextClause, values: dict[str, object]) -> int:
    count = chunk = len(session.execute(statement, values).all())
    while chunk == CHUNK:
        chunk = len(session.execute(statement, values).all())
        count += chunk
    return count
