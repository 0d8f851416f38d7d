"""Planning outbound messages: rows that a lane will send, with their charges against a hold."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.billing import Chargeable, Quote, open_charges, quote
from aerostic.billing.models import Charge
from aerostic.db import new_id, once
from aerostic.ledger import hold
from aerostic.messaging.models import Batch, Message, Template
from aerostic.messaging.outbound.observing import planned
from aerostic.messaging.outbound.together import put_by
from aerostic.messaging.outbound.waking import wake
from aerostic.messaging.outbound.writing import Draft, Way, charge_of, write
from aerostic.tenancy.plugins import view_for

AUTHENTICATION, REPLY, CAMPAIGN = 0, 1, 5
MOST = 5_000


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
    way, ours = Way(batch.tenant_id, batch.number_id, batch.source, CAMPAIGN, batch.id), {new_id(): d for d in drafts}
    prices = {message_id: price_of(draft) for message_id, draft in ours.items()}
    written = write(session, way, ours, next((price.currency for price in prices.values()), ""))
    rows = [charge_of(way, message_id, ours[message_id], prices[message_id]) for message_id in written.ids]
    open_charges(session, batch.tenant_id, batch.hold_id, rows)
    batch.total += len(rows)
    cost = sum(row.quote.amount for row in rows)
    planned(session, way, drafts, written, cost=cost, balance=written.wallet, source_id=batch.source_id)
    return len(rows)


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
    template: Template | None = None,
) -> Planned:
    """Plan one message on its own, with a hold of its own, and wake its lane. The same key gives the same message.

    The price of the first one holds for all of its kind within the transaction.

    Args:
        conversation_id, details, template: see `Draft`.

    Raises:
        NoPriceError, InsufficientFundsError: nothing was planned; the message tells what to do.
    """
    what = Chargeable(tenant_id, number_id, market, category)
    price = once(session, ("price", what), lambda: quote(view_for(session, tenant_id).billing_rules, what))
    draft = Draft(contact_id, to, user_id, content, category, market, key, conversation_id, details or {}, template)
    return _planned(session, Way(tenant_id, number_id, source, priority), draft, price)


def plan_one(
    session: Session, tenant_id: UUID, number_id: UUID, source: str, priority: int, draft: Draft, price: Quote
) -> UUID:
    """Plan one message at an agreed price, and wake its lane. The same key gives the same message.

    Raises:
        InsufficientFundsError: nothing was planned.
    """
    return _planned(session, Way(tenant_id, number_id, source, priority), draft, price).id


def known(session: Session, tenant_id: UUID, key: str) -> Planned | None:
    """The message that was planned with a key; None where there is none."""
    own = (Message.tenant_id == tenant_id, Message.idempotency_key == key)
    cost = func.coalesce(Charge.amount, 0)
    found = session.execute(select(Message.id, cost).outerjoin(Charge, Charge.id == Message.id).where(*own)).first()
    return Planned(*found, known=True) if found else None


def _planned(session: Session, way: Way, draft: Draft, price: Quote) -> Planned:
    tenant_id, message_id = way.tenant_id, new_id()
    if not price.amount and put_by(session, way, message_id, draft, price):
        wake(session, tenant_id, way.number_id)
        return Planned(message_id, 0)
    written = write(session, way, {message_id: draft}, price.currency)
    if not written.ids:
        before = known(session, tenant_id, draft.key)
        assert before is not None  # noqa: S101 - the insert has just waited for it
        return before
    held = hold(session, tenant_id, f"message:{message_id}", price.amount, price.currency) if price.amount else None
    open_charges(session, tenant_id, held, [charge_of(way, message_id, draft, price)])
    planned(session, way, [draft], written, cost=price.amount, balance=written.wallet - price.amount)
    wake(session, tenant_id, way.number_id)
    return Planned(message_id, price.amount)
