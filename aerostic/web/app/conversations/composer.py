"""What stands below a conversation: room for free words while the window is open, else templates to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import new_id
from aerostic.messaging.bodies import Body
from aerostic.messaging.conversations.replying import is_open
from aerostic.messaging.models import ChannelNumber, Conversation, Template
from aerostic.messaging.templates.preview import preview

MOST_TEMPLATES = 500


@dataclass(frozen=True, slots=True)
class Composer:
    """A composer.

    Args:
        open: whether free words may be sent.
        choosing: whether templates are shown: because only they may be sent, or because somebody asked for them.
        key: makes sending the same form twice send one message.
        words, values: what was typed.
        error: why it was not sent.
        templates: those that may be sent from the number; `template` the chosen one, `preview` how it would look.
    """

    open: bool
    choosing: bool
    key: UUID
    words: str
    values: Sequence[str]
    error: str
    templates: Sequence[Template]
    template: Template | None
    preview: Body | None

    @classmethod
    def of(
        cls,
        session: Session,
        conversation: Conversation,
        *,
        words: str = "",
        template_id: str = "",
        values: Sequence[str] | None = None,
        error: str = "",
    ) -> "Composer":
        """The composer of a conversation; the address may ask for templates (`template=choose`) or for one of them."""
        asked = template_id or request.args.get("template", "")
        open_ = is_open(conversation)
        choosing = bool(asked) or not open_
        templates = _sendable(session, conversation) if choosing else []
        chosen = next((template for template in templates if str(template.id) == asked), None)
        typed = list(values if values is not None else request.args.getlist("value"))
        filled = typed or [str(place.get("sample", "")) for place in chosen.variables] if chosen else []
        return cls(
            open=open_,
            choosing=choosing,
            key=new_id(),
            words=words,
            values=filled,
            error=error,
            templates=templates,
            template=chosen,
            preview=preview(chosen, filled) if chosen else None,
        )


def _sendable(session: Session, conversation: Conversation) -> Sequence[Template]:
    number = session.get_one(ChannelNumber, conversation.number_id)
    chosen = select(Template).where(
        Template.tenant_id == conversation.tenant_id,
        Template.account_id == number.account_id,
        Template.status == "APPROVED",
    )
    return session.scalars(chosen.order_by(Template.name, Template.language).limit(MOST_TEMPLATES)).all()
