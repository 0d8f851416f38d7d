"""Planning outbound messages: rows that a lane will send, with their charges against a hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from aerostic.billing import Chargeable, NewCharge, Quote, open_charges, quote
from aerostic.billing.models import Charge
from aerostic.db import new_id, once
from aerostic.ledger import hold
from aerostic.messaging.models import Batch, Message
from aerostic.messaging.outbound.waking import wake
from aerostic.security.envelope import Place
from aerostic.security.vault import seal_json
from aerostic.tenancy.plugins import view_for

AUTHENTICATION, REPLY, CAMPAIGN = 0, 1, 5
MOST = 5_000

INSERT = text(
    "INSERT INTO message (id, tenant_id, number_id, contact_id, conversation_id, batch_id, direction, source,"
    " idempotency_key, priority, category, kind, content_sealed, details, state, created_at)"
    " SELECT u.id, :tenant, :number, u.contact, u.conversation, :batch, 'out', :source, u.key, :priority, u.category, u.kind,"
    " u.content, CAST(u.details AS jsonb), 'planned', now()"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:contacts AS uuid[]), CAST(:conversations AS uuid[]), CAST(:keys AS text[]),"
    " CAST(:categories AS text[]), CAST(:kinds AS text[]), CAST(:contents AS bytea[]), CAST(:details AS text[]))"
    " AS u(id, contact, conversation, key, category, kind, content, details)"
    " ON CONFLICT (tenant_id, idempotency_key) DO NOTHING RETURNING id"
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


class Planned(NamedTuple):
    """A message that is on its way, what it may cost, in micro-credits, and whether it was on its way before."""

    id: UUID
    cost: int
    known: bool = False


def open_batch(
    session: Session, *, tenant_id: UUID, number_id: UUID, source: str, source_id: UUID, unknown_policy: str = "leave"
) -> Batch:
    """A batch that waits (state `paused`) until it is planned and started; the same one if it is there already.

    Args:
        source: the plugin that plans it.
        source_id: the plugin's own row; one batch each.
        unknown_policy: `leave` or `retry`, for messages whose fate stays unknown.
    """
    found = session.query(Batch).filter_by(tenant_id=tenant_id, source=source, source_id=source_id).one_or_none()
    if found:
        return found
    batch = Batch(
        tenant_id=tenant_id,
        number_id=number_id,
        source=source,
        source_id=source_id,
        state="paused",
        reason="planning",
        unknown_policy=unknown_policy,
    )
    session.add(batch)
    session.flush()
    return batch


def plan(session: Session, batch: Batch, drafts: Sequence[Draft], price_of: Callable[[Draft], Quote]) -> int:
    """Add messages to a batch, with their charges against the batch's hold.

    Args:
        drafts: at most 5,000; those whose key is known already are left as they are.
        price_of: the price agreed for each; the batch's hold must cover the sum (no hold, where all are free).

    Returns:
        How many were new.
    """
    if len(drafts) > MOST:
        raise ValueError(f"plan at most {MOST} messages at a time")
    new = _insert(session, batch.tenant_id, batch.number_id, batch.id, batch.source, CAMPAIGN, drafts)
    rows = [_charge(message_id, batch.number_id, drafts[i], price_of(drafts[i])) for message_id, i in new.items()]
    open_charges(session, batch.tenant_id, batch.hold_id, rows)
    batch.total += len(new)
    return len(new)


def send_now(
    session: Session,
    *,
    tenant_id: UUID,
    number_id: UUID,
    contact_id: UUID | None,
    to: str | None,
    user_id: str | None,
    content: dict[str, Any],
    category: str,
    market: str,
    priority: int,
    key: str,
    source: str,
    conversation_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
) -> Planned:
    """Plan one message on its own, with a hold of its own, and wake its lane. The same key gives the same message.

    The price of the first one holds for all of its kind within the transaction.

    Args:
        conversation_id, details: see `Draft`.

    Raises:
        NoPriceError, InsufficientFundsError: nothing was planned; the message tells what to do.
    """
    what = Chargeable(tenant_id, number_id, market, category)
    price = once(session, ("price", what), lambda: quote(view_for(session, tenant_id).billing_rules, what))
    draft = Draft(contact_id, to, user_id, content, category, market, key, conversation_id, details or {})
    return _planned(session, tenant_id, number_id, source, priority, draft, price)


def plan_one(
    session: Session, tenant_id: UUID, number_id: UUID, source: str, priority: int, draft: Draft, price: Quote
) -> UUID:
    """Plan one message at an agreed price, and wake its lane. The same key gives the same message.

    Raises:
        InsufficientFundsError: nothing was planned.
    """
    return _planned(session, tenant_id, number_id, source, priority, draft, price).id


def known(session: Session, tenant_id: UUID, key: str) -> Planned | None:
    """The message that was planned with a key; None where there is none."""
    own = (Message.tenant_id == tenant_id, Message.idempotency_key == key)
    cost = func.coalesce(Charge.amount, 0)
    found = session.execute(select(Message.id, cost).outerjoin(Charge, Charge.id == Message.id).where(*own)).first()
    return Planned(*found, known=True) if found else None


def _planned(
    session: Session, tenant_id: UUID, number_id: UUID, source: str, priority: int, draft: Draft, price: Quote
) -> Planned:
    new = _insert(session, tenant_id, number_id, None, source, priority, [draft])
    if not new:
        before = known(session, tenant_id, draft.key)
        assert before is not None  # noqa: S101 - the insert has just waited for it
        return before
    message_id = next(iter(new))
    held = hold(session, tenant_id, f"message:{message_id}", price.amount, price.currency) if price.amount else None
    open_charges(session, tenant_id, held, [_charge(message_id, number_id, draft, price)])
    wake(session, tenant_id, number_id)
    return Planned(message_id, price.amount)


def _insert(
    session: Session,
    tenant_id: UUID,
    number_id: UUID,
    batch_id: UUID | None,
    source: str,
    priority: int,
    drafts: Sequence[Draft],
) -> dict[UUID, int]:
    """Insert the messages; of those that are new, id and place in `drafts`."""
    ids = [new_id() for _ in drafts]
    contents = [
        seal_json(
            Place("message", "content", tenant_id, message_id),
            {"to": draft.to, "user_id": draft.user_id, "content": draft.content},
        )
        for message_id, draft in zip(ids, drafts, strict=True)
    ]
    values = {
        "tenant": tenant_id,
        "number": number_id,
        "batch": batch_id,
        "source": source,
        "priority": priority,
        "ids": ids,
        "contacts": [draft.contact_id for draft in drafts],
        "conversations": [draft.conversation_id for draft in drafts],
        "keys": [draft.key for draft in drafts],
        "categories": [draft.category for draft in drafts],
        "kinds": [str(draft.content["type"]) for draft in drafts],
        "contents": contents,
        "details": [orjson.dumps(draft.details).decode() for draft in drafts],
    }
    inserted = set(session.scalars(INSERT, values))
    return {message_id: i for i, message_id in enumerate(ids) if message_id in inserted}


def _charge(message_id: UUID, number_id: UUID, draft: Draft, price: Quote) -> NewCharge:
    return NewCharge(message_id, draft.category, draft.market, price, number_id)
