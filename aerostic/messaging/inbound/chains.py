"""Bots that answer bots: what comes in right after an automated message goes on with the chain of what led to that one.

A person may answer at once, too, but not again and again: the chain ends with the first message that takes longer, and only its
length stops anything. From another number of the platform even a slow answer goes on with it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.messaging.models.channels import DIGITS

# By our clock, from sending to what the provider says when the answer was written, in whole seconds.
AT_ONCE, BETWEEN_OURS = "3 seconds", "1 hour"
CHAINS = text(f"""
    SELECT came.id, said.chain
    FROM unnest(CAST(:ids AS uuid[]), CAST(:conversations AS uuid[]), CAST(:times AS timestamptz[]),
                CAST(:phones AS text[])) AS came (id, conversation_id, at, phone)
    CROSS JOIN LATERAL (
        SELECT message.details -> 'chain' AS chain, coalesce(message.sending_at, message.created_at) AS at
        FROM message WHERE message.conversation_id = came.conversation_id AND message.direction = 'out'
          AND message.created_at > came.at - interval '{BETWEEN_OURS}'
        ORDER BY message.created_at DESC, message.id DESC LIMIT 1
    ) said
    WHERE said.chain IS NOT NULL
      AND (came.at <= said.at + interval '{AT_ONCE}'
           OR EXISTS (SELECT FROM channel_number WHERE {DIGITS} = came.phone))
""")


class Came(NamedTuple):
    """A message that came in, and whose: the phone is given in digits alone, '' where there is none."""

    id: UUID
    conversation_id: UUID
    at: datetime
    phone: str


def chains(session: Session, came: Sequence[Came]) -> dict[UUID, list[str]]:
    """The runs that led to each of these messages, by message; without those that nothing of ours led to.

    The numbers of other tenants are found under the service `statuses` only.
    """
    ids, conversations, times, phones = (list(column) for column in zip(*came, strict=True))
    values = {"ids": ids, "conversations": conversations, "times": times, "phones": phones}
    return {row.id: row.chain for row in session.execute(CHAINS, values)}
