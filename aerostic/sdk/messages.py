"""What a plugin needs to write to a contact: `from aerostic.sdk import messages`."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing import NoPriceError
from aerostic.billing.models import Charge
from aerostic.ledger import InsufficientFundsError
from aerostic.messaging.contract import ChannelError
from aerostic.messaging.conversations.direct import Order, send_content, send_template, send_text
from aerostic.messaging.conversations.handling import open_conversation
from aerostic.messaging.conversations.replying import ReplyError
from aerostic.messaging.models import ChannelNumber, Conversation, Template

# Why something was not sent. Each says, in its text, what to do.
REFUSED = (ReplyError, ChannelError, NoPriceError, InsufficientFundsError)

__all__ = [
    "REFUSED",
    "Order",
    "approved_templates",
    "has_template",
    "number_for",
    "open_conversation",
    "price_of",
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
    talks = select(Conversation.number_id).where(Conversation.tenant_id == tenant_id)
    if conversation_id:
        used = session.scalar(talks.where(Conversation.id == conversation_id))
    else:
        theirs = talks.where(Conversation.contact_id == contact_id).order_by(
            Conversation.last_message_at.desc().nulls_last()
        )
        used = session.scalar(theirs.limit(1))
    found = numbers.where(ChannelNumber.id == used) if used else numbers.order_by(ChannelNumber.id).limit(1)
    return session.scalar(found)


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


def price_of(session: Session, message_id: UUID) -> int:
    """What a message that was just planned may cost, in micro-credits."""
    return session.scalar(select(Charge.amount).where(Charge.id == message_id)) or 0
