"""What a plugin needs to write to a contact: `from aerostic.sdk import messages`."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing import NoPriceError
from aerostic.db import once
from aerostic.ledger import InsufficientFundsError
from aerostic.messaging.contract import ChannelError
from aerostic.messaging.conversations.direct import Order, send_content, send_template, send_text
from aerostic.messaging.conversations.handling import last_with, open_conversation
from aerostic.messaging.conversations.replying import ReplyError
from aerostic.messaging.models import ChannelNumber, Conversation, Template
from aerostic.messaging.outbound.planning import Planned

# Why something was not sent. Each says, in its text, what to do.
REFUSED = (ReplyError, ChannelError, NoPriceError, InsufficientFundsError)

__all__ = [
    "REFUSED",
    "Order",
    "Planned",
    "approved_templates",
    "has_template",
    "number_for",
    "open_conversation",
    "send_content",
    "send_template",
    "send_text",
    "template_named",
]


def number_for(
    session: Session, tenant_id: UUID, contact_id: UUID, conversation_id: UUID | None
) -> ChannelNumber | None:
    """The number to write from: the conversation's, else that of the contact's last one, else the workspace's first."""
    numbers = select(ChannelNumber).where(ChannelNumber.tenant_id == tenant_id)
    talk_id = conversation_id or last_with(session, tenant_id, contact_id)
    talk = session.get(Conversation, talk_id) if talk_id else None
    chosen = numbers.where(ChannelNumber.id == talk.number_id) if talk else numbers.order_by(ChannelNumber.id).limit(1)
    return once(session, ("number", tenant_id, talk and talk.number_id), lambda: session.scalar(chosen))


def template_named(session: Session, number: ChannelNumber, name: str, language: str) -> Template | None:
    """The template of this name and language in a number's account."""
    own = (Template.tenant_id == number.tenant_id, Template.account_id == number.account_id)
    return session.scalar(select(Template).where(*own, Template.name == name, Template.language == language))


def approved_templates(session: Session, tenant_id: UUID, most: int) -> list[tuple[str, str]]:
    """Name and language of templates that can be sent."""
    own = select(Template.name, Template.language).where(Template.tenant_id == tenant_id)
    found = own.where(Template.status == "APPROVED").distinct().order_by(Template.name, Template.language)
    return [(name, language) for name, language in session.execute(found.limit(most))]


def has_template(session: Session, tenant_id: UUID, name: str, language: str) -> bool:
    """Whether an account of the workspace has an approved template of this name and language."""
    own = (Template.tenant_id == tenant_id, Template.name == name, Template.language == language)
    return session.scalar(select(Template.id).where(*own, Template.status == "APPROVED").limit(1)) is not None
