"""Whom a trial is about, what they say in it, and what they can tap."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import new_id, utcnow
from aerostic.messaging.bodies import Attachment, Body, Place
from aerostic.messaging.conversations.handling import open_conversation
from aerostic.messaging.models import ChannelNumber, Contact, Conversation, Message
from aerostic.messaging.values import mapping, objects, text
from aerostic.security.vault import blind_index

WINDOW = timedelta(hours=24)
NAME = "Ada Lovelace"
# Where they are when they share it.
HERE = Place(52.5163, 13.3777, "Brandenburger Tor", "Pariser Platz, Berlin")
Sent = Literal["", "image", "document", "audio", "location"]


@dataclass(frozen=True, slots=True)
class Said:
    """What happens next: the contact writes, taps or sends something, or time passes until the run goes on by itself.

    Args:
        choice: id of a button or line that was tapped.
        media: what they send: a file, of which `text` is the caption, or where they are.
    """

    kind: Literal["text", "time"]
    text: str = ""
    choice: str = ""
    media: Sent = ""


def somebody(session: Session, tenant_id: UUID) -> UUID:
    """A contact who is made up."""
    phone = f"+1650{secrets.randbelow(10_000_000):07d}"
    contact = Contact(tenant_id=tenant_id, name=NAME, phone=phone, country="US", locale="en", marketing="granted")
    contact.phone_index = blind_index(tenant_id, "contact.phone", phone)
    session.add(contact)
    session.flush()
    return contact.id


def talk_with(session: Session, tenant_id: UUID, contact_id: UUID, *, open_window: bool) -> UUID | None:
    """Their conversation with the workspace's first number; None where it has no number.

    Args:
        open_window: whether they are taken to have written in the last 24 hours.
    """
    own = select(ChannelNumber.id).where(ChannelNumber.tenant_id == tenant_id).order_by(ChannelNumber.id)
    number_id = session.scalar(own.limit(1))
    if number_id is None:
        return None
    talk_id = open_conversation(session, tenant_id, number_id, contact_id)
    session.get_one(Conversation, talk_id).window_until = utcnow() + WINDOW if open_window else None
    session.flush()
    return talk_id


def values_of(said: Said, *, first: bool = False) -> dict[str, Any]:
    """What expressions see of it as `message`."""
    kind = said.media or ("interactive" if said.choice else "text")
    own = {"id": str(new_id()), "kind": kind, "direction": "in", "first": first, "choice": said.choice}
    if said.media == "location":
        place = {"latitude": HERE.latitude, "longitude": HERE.longitude, "name": HERE.name, "address": HERE.address}
        return {**own, "text": HERE.name, "location": place}
    return {**own, "text": said.text}


def shown(said: Said) -> Body | None:
    """What the phone shows of it; None where nothing was said."""
    if said.media == "location":
        return Body("location", place=HERE)
    if said.media:
        return Body(said.media, said.text, attachment=Attachment(said.media))
    return Body("text", said.text) if said.text else None


def choices_of(message: Message) -> Iterator[tuple[str, str]]:
    """What can be tapped below a message that we send: ids with titles."""
    content = mapping(mapping(message.content).get("content"))
    action = mapping(mapping(content.get("interactive")).get("action"))
    for button in objects(action.get("buttons")):
        reply = mapping(button.get("reply"))
        yield text(reply.get("id")), text(reply.get("title"))
    for section in objects(action.get("sections")):
        for row in objects(section.get("rows")):
            yield text(row.get("id")), text(row.get("title"))
