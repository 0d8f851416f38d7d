"""A program writes to one contact: in free words while the 24-hour window is open, with an approved template at any time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.messaging.accounts import line_of
from aerostic.messaging.conversations.handling import announce, locked_with
from aerostic.messaging.conversations.replying import LONGEST, SERVICE, ReplyError, is_open, person_of
from aerostic.messaging.models import ChannelNumber, Conversation, Template
from aerostic.messaging.outbound.planning import AUTHENTICATION, REPLY, Planned, known, send_now
from aerostic.messaging.templates.data import data_of
from aerostic.words import N_

NO_CONSENT = N_("This contact has not agreed to marketing. Write down the consent first, or use another template.")


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants to write to whom.

    Args:
        contact_id: of the tenant of the number.
        source: what sends: `api`, or a plugin's name.
        key: the same one again gives the same message.
        details: kept with the message; ids only.
    """

    number: ChannelNumber
    contact_id: UUID
    source: str
    key: str
    details: dict[str, Any] = field(default_factory=dict)


def send_text(session: Session, order: Order, words: str) -> Planned:
    """Send free words. Returns the message.

    Raises:
        ReplyError: nothing was sent; says why, and what to do.
        NoPriceError, InsufficientFundsError: nothing was sent; the message tells what to do.
    """
    if not words.strip():
        raise ReplyError("empty")
    if len(words) > LONGEST:
        raise ReplyError("long")
    return send_content(session, order, {"type": "text", "text": {"body": words.strip(), "preview_url": True}})


def send_content(session: Session, order: Order, content: dict[str, Any]) -> Planned:
    """Send anything that may be sent freely while the window is open. Returns the message.

    Args:
        content: in the words of the Cloud API, `{"type": "image", "image": {"link": ...}}`.

    Raises:
        ReplyError: nothing was sent; says why, and what to do.
        NoPriceError, InsufficientFundsError: nothing was sent; the message tells what to do.
    """
    conversation = locked_with(session, order.number.tenant_id, order.number.id, order.contact_id)
    try:
        if conversation is None or not is_open(conversation):
            raise ReplyError("closed")
        planned = _send(session, order, conversation, content, SERVICE)
    except ReplyError:
        if before := known(session, order.number.tenant_id, order.key):
            return before
        raise
    if planned.known:
        return planned
    conversation.last_message_at, conversation.unanswered_since = utcnow(), None
    announce(session, conversation)
    return planned


def send_template(session: Session, order: Order, template: Template, values: Sequence[str]) -> Planned:
    """Send an approved template. Returns the message.

    Args:
        values: in the order of the template's variables.

    Raises:
        ReplyError: nothing was sent; says why, and what to do; `no_consent` for marketing to who has not agreed.
        ChannelError: the number's channel is switched off.
        NoPriceError, InsufficientFundsError: nothing was sent; the message tells what to do.
    """
    if before := known(session, order.number.tenant_id, order.key):
        return before
    if template.status != "APPROVED" or template.account_id != order.number.account_id:
        raise ReplyError("template")
    try:
        content = line_of(session, template.account_id).channel.template_content(data_of(template), list(values))
    except ValueError as error:
        raise ReplyError("values", str(error)) from None
    # A template alone begins no conversation.
    conversation = locked_with(session, order.number.tenant_id, order.number.id, order.contact_id)
    return _send(session, order, conversation, content, template.category.lower(), template)


def _send(
    session: Session,
    order: Order,
    conversation: Conversation | None,
    content: dict[str, Any],
    category: str,
    template: Template | None = None,
) -> Planned:
    person = person_of(session, order.number.tenant_id, order.contact_id, category)
    if category == "marketing" and person.marketing != "granted":
        raise ReplyError("no_consent", NO_CONSENT)
    return send_now(
        session,
        tenant_id=order.number.tenant_id,
        number_id=order.number.id,
        contact_id=order.contact_id,
        to=person.phone,
        user_id=person.user_id,
        content=content,
        category=category,
        market=person.country,
        priority=AUTHENTICATION if category == "authentication" else REPLY,
        key=order.key,
        source=order.source,
        conversation_id=conversation.id if conversation else None,
        details=order.details,
        template=template,
    )
