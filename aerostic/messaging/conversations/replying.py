"""A person answers: in free words while the contact's 24-hour window is open, with an approved template at any time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.messaging.accounts import line_of
from aerostic.messaging.contacts.reach import Reach, reach
from aerostic.messaging.conversations.handling import announce, locked, take_over
from aerostic.messaging.models import ChannelNumber, Conversation, Template
from aerostic.messaging.outbound.planning import AUTHENTICATION, REPLY, known, send_now
from aerostic.messaging.templates.data import data_of
from aerostic.words import N_

SOURCE = "person"
SERVICE = "service"
LONGEST = 4096
REFUSALS = {
    "gone": N_("This conversation does not exist any more."),
    "empty": N_("Write a message first."),
    "long": N_("A message has at most 4,096 characters: send it in two."),
    "closed": N_("The 24-hour window is closed, so WhatsApp takes templates only: send a template."),
    "opted_out": N_("This contact has asked for no more messages of this kind. Only the contact can change that."),
    "unreachable": N_("This contact has neither a phone number nor a WhatsApp id."),
    "template": N_("This template cannot be sent from this number: choose an approved one."),
}


class ReplyError(Exception):
    """The reply was not sent; `code` is one of `REFUSALS`, or `values` for a value the template does not take."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or REFUSALS[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers where.

    Args:
        key: made when the form was, so that sending it twice sends one message.
    """

    tenant_id: UUID
    conversation_id: UUID
    user_id: UUID
    key: UUID

    @property
    def idempotency_key(self) -> str:
        """Its key among the tenant's messages."""
        return f"reply:{self.conversation_id}:{self.key}"


@dataclass(frozen=True, slots=True)
class _Words:
    """What is sent, and what it is charged as."""

    content: dict[str, Any] = field(repr=False)
    category: str
    priority: int = REPLY
    template: Template | None = field(default=None, repr=False)


def is_open(conversation: Conversation, now: datetime | None = None) -> bool:
    """Whether free words reach the contact now."""
    return conversation.window_until is not None and conversation.window_until > (now or utcnow())


def person_of(session: Session, tenant_id: UUID, contact_id: UUID, category: str) -> Reach:
    """How a contact is reached who may get a message of a category.

    Raises:
        ReplyError: it must not get one, or is not reached.
    """
    person = reach(session, tenant_id, contact_id, category)
    if person and person.blocked:
        raise ReplyError("opted_out")
    if person is None or not (person.phone or person.user_id):
        raise ReplyError("unreachable")
    return person


def reply_text(session: Session, answer: Answer, words: str) -> UUID:
    """Send free words. Returns the message's id; sending the same form again returns the same one.

    Raises:
        ReplyError: nothing was sent; says why, and what to do.
        NoPriceError, InsufficientFundsError: nothing was sent; the message tells what to do.
    """
    conversation = _conversation(session, answer)
    if before := known(session, answer.tenant_id, answer.idempotency_key):
        return before.id
    if not words.strip():
        raise ReplyError("empty")
    if len(words) > LONGEST:
        raise ReplyError("long")
    if not is_open(conversation):
        raise ReplyError("closed")
    content = {"type": "text", "text": {"body": words.strip(), "preview_url": True}}
    return _send(session, answer, conversation, _Words(content, SERVICE))


def reply_template(session: Session, answer: Answer, template_id: UUID, values: Sequence[str]) -> UUID:
    """Send an approved template. Returns the message's id; sending the same form again returns the same one.

    Args:
        values: in the order of the template's variables.

    Raises:
        ReplyError: nothing was sent; says why, and what to do.
        ChannelError: the number's channel is switched off.
        NoPriceError, InsufficientFundsError: nothing was sent; the message tells what to do.
    """
    conversation = _conversation(session, answer)
    if before := known(session, answer.tenant_id, answer.idempotency_key):
        return before.id
    template = session.get(Template, template_id)
    number = session.get_one(ChannelNumber, conversation.number_id)
    if template is None or template.status != "APPROVED" or template.account_id != number.account_id:
        raise ReplyError("template")
    try:
        content = line_of(session, number.account_id).channel.template_content(data_of(template), list(values))
    except ValueError as error:
        raise ReplyError("values", str(error)) from None
    category = template.category.lower()
    words = _Words(content, category, AUTHENTICATION if category == "authentication" else REPLY, template)
    return _send(session, answer, conversation, words)


def _conversation(session: Session, answer: Answer) -> Conversation:
    """Locked, so that of two that are sent at once the second sees the first."""
    conversation = locked(session, answer.tenant_id, answer.conversation_id)
    if conversation is None:
        raise ReplyError("gone")
    return conversation


def _send(session: Session, answer: Answer, conversation: Conversation, words: _Words) -> UUID:
    person = person_of(session, answer.tenant_id, conversation.contact_id, words.category)
    sent = send_now(
        session,
        tenant_id=answer.tenant_id,
        number_id=conversation.number_id,
        contact_id=conversation.contact_id,
        to=person.phone,
        user_id=person.user_id,
        content=words.content,
        category=words.category,
        market=person.country,
        priority=words.priority,
        key=answer.idempotency_key,
        source=SOURCE,
        conversation_id=conversation.id,
        details={"user_id": str(answer.user_id)},
        template=words.template,
    )
    conversation.last_message_at, conversation.unanswered_since = utcnow(), None
    take_over(session, conversation, answer.user_id)
    announce(session, conversation)
    return sent.id
