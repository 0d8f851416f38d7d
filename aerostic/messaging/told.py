"""The events of outbound messages, all with the same data."""

from typing import Any

from sqlalchemy import Row

from aerostic.db import Event
from aerostic.db.events import CHAIN

# What an event needs of a message's row, in the form of a list for SELECT and RETURNING.
COLUMNS = (
    "message.id, message.tenant_id, message.number_id, message.contact_id, message.conversation_id, message.batch_id,"
    " message.source, message.details -> 'chain' AS chain"
)
IDS = ("number_id", "contact_id", "conversation_id", "batch_id")


def message_event(kind: str, row: Row[Any], **more: Any) -> Event:
    """What happened to a message.

    Args:
        kind: `accepted`, `sent`, ...
        row: with what `COLUMNS` names.
        more: further data.
    """
    told = row._mapping
    ids = {name: str(told[name]) if told[name] else None for name in IDS}
    chain = {CHAIN: told[CHAIN]} if told[CHAIN] else {}
    return Event(
        f"message.{kind}",
        row.tenant_id,
        str(row.id),
        {"message_id": str(row.id), **ids, "source": row.source, **chain, **more},
    )
