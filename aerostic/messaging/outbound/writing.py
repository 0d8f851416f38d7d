"""Writing planned messages: their rows, sealed, as many as there are in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.billing import NewCharge, Quote
from aerostic.ledger.balances import WALLET_BALANCE
from aerostic.messaging.models import Template
from aerostic.security.envelope import Place
from aerostic.security.vault import seal_json

INSERT = text(
    "INSERT INTO message (id, tenant_id, number_id, contact_id, conversation_id, batch_id, direction, source,"
    " idempotency_key, priority, category, kind, content_sealed, details, state, created_at)"
    " SELECT u.id, :tenant_id, :number, u.contact, u.conversation, :batch, 'out', :source, u.key, :priority, u.category, u.kind,"
    " u.content, CAST(u.details AS jsonb), 'planned', now()"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:contacts AS uuid[]), CAST(:conversations AS uuid[]), CAST(:keys AS text[]),"
    " CAST(:categories AS text[]), CAST(:kinds AS text[]), CAST(:contents AS bytea[]), CAST(:details AS text[]))"
    " AS u(id, contact, conversation, key, category, kind, content, details)"
    " ON CONFLICT (tenant_id, idempotency_key) DO NOTHING RETURNING id,"
    # Of the rows of this statement, none is seen here.
    " contact_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message earlier WHERE earlier.tenant_id = message.tenant_id"
    " AND earlier.contact_id = message.contact_id AND earlier.direction = 'out'),"
    f" ({WALLET_BALANCE})"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to plan.

    Args:
        to: E.164 with plus; or None, with `user_id`.
        content: what the channel sends, `{"type": ..., <type>: {...}}`.
        category: what it is charged as.
        market: ISO 3166 alpha-2 code of the recipient's country.
        key: idempotency key within the tenant: planning it again changes nothing.
        conversation_id: where it is shown.
        details: kept with it; ids only.
        template: the one that `content` was made of, if any.
    """

    contact_id: UUID | None
    to: str | None = field(repr=False)
    user_id: str | None = field(repr=False)
    content: dict[str, Any] = field(repr=False)
    category: str
    market: str
    key: str
    conversation_id: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    template: Template | None = field(default=None, repr=False)


class Way(NamedTuple):
    """How messages go: from which number, planned by what (`source`), the lower numbers of `priority` first."""

    tenant_id: UUID
    number_id: UUID
    source: str
    priority: int
    batch_id: UUID | None = None


class Written(NamedTuple):
    """What was inserted.

    Args:
        ids: of the messages, in the order of their drafts.
        new: how many of them are the first that their contact gets.
        wallet: micro-credits in the wallet; -1 where there is none of the currency.
    """

    ids: list[UUID]
    new: int = 0
    wallet: int = -1


def write(session: Session, way: Way, drafts: Mapping[UUID, Draft], currency: str) -> Written:
    """Insert messages by the ids that they get; those whose keys were known before are left out.

    Args:
        currency: of their prices.
    """
    contents = [
        seal_json(
            Place("message", "content", way.tenant_id, message_id),
            {"to": draft.to, "user_id": draft.user_id, "content": draft.content},
        )
        for message_id, draft in drafts.items()
    ]
    values = {
        "tenant_id": way.tenant_id,
        "currency": currency,
        "number": way.number_id,
        "batch": way.batch_id,
        "source": way.source,
        "priority": way.priority,
        "ids": list(drafts),
        "contacts": [draft.contact_id for draft in drafts.values()],
        "conversations": [draft.conversation_id for draft in drafts.values()],
        "keys": [draft.key for draft in drafts.values()],
        "categories": [draft.category for draft in drafts.values()],
        "kinds": [str(draft.content["type"]) for draft in drafts.values()],
        "contents": contents,
        "details": [orjson.dumps(draft.details).decode() for draft in drafts.values()],
    }
    rows = session.execute(INSERT, values).all()
    inserted = {message_id: first for message_id, first, _ in rows}
    wallet = next((left for _, _, left in rows if left is not None), -1)
    return Written([message_id for message_id in drafts if message_id in inserted], sum(inserted.values()), wallet)


def charge_of(way: Way, message_id: UUID, draft: Draft, price: Quote) -> NewCharge:
    """What a message is charged as."""
    return NewCharge(message_id, draft.category, draft.market, price, way.number_id)
