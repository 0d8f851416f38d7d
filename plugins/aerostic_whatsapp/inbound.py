"""Message items: what people write (webhooks/reference/messages)."""

from collections.abc import Iterator
from typing import Any

from aerostic.sdk import AccountEvent, InboundMessage, Unrecognised
from aerostic_whatsapp.reading import EPOCH, mapping, moment, number, objects, phone, text, user_id

ENVELOPE = frozenset(("id", "from", "from_user_id", "from_parent_user_id", "timestamp"))
CAPTIONED = ("image", "video", "document")
LONGEST_NAME = 200


def messages(value: dict[str, Any]) -> Iterator[InboundMessage | Unrecognised]:
    """The messages of one change. One without a sender or an id is not recognised."""
    receiver = text(mapping(value.get("metadata")).get("phone_number_id"))
    contacts = list(objects(value.get("contacts")))
    for item in objects(value.get("messages")):
        yield _message(item, receiver, contacts)


def errors(value: dict[str, Any], account: str) -> Iterator[AccountEvent]:
    """Errors of the account or the system that came beside messages or in their place."""
    display = text(mapping(value.get("metadata")).get("display_phone_number"))
    for item in objects(value.get("errors")):
        details = {"account": account, "code": number(item.get("code")), "title": text(item.get("title"))}
        yield AccountEvent("error", display, details)


def _message(item: dict[str, Any], receiver: str, contacts: list[dict[str, Any]]) -> InboundMessage | Unrecognised:
    provider_id, time = text(item.get("id")), moment(item.get("timestamp"))
    contact = _contact(item, contacts)
    number_, id_ = phone(item.get("from")), user_id(item.get("from_user_id") or contact.get("user_id"))
    if not provider_id or time is EPOCH or not (number_ or id_):
        return Unrecognised("message", item)
    profile = mapping(contact.get("profile"))
    return InboundMessage(
        number=receiver,
        provider_id=provider_id,
        phone=number_,
        user_id=id_,
        username=text(profile.get("username"))[:LONGEST_NAME],
        name=text(profile.get("name"))[:LONGEST_NAME],
        time=time,
        kind=text(item.get("type")) or "unsupported",
        content={key: part for key, part in item.items() if key not in ENVELOPE},
        text=_words(item),
        reply_to=_about(item),
    )


def _contact(item: dict[str, Any], contacts: list[dict[str, Any]]) -> dict[str, Any]:
    """Who wrote: the contact with the sender's number or id; the only one there, if it does not name another number."""
    number_, id_ = text(item.get("from")), text(item.get("from_user_id"))
    for contact in contacts:
        if (number_ and text(contact.get("wa_id")) == number_) or (id_ and text(contact.get("user_id")) == id_):
            return contact
    if len(contacts) == 1 and not (number_ and contacts[0].get("wa_id")):
        return contacts[0]
    return {}


def _about(item: dict[str, Any]) -> str:
    """The message this one answers, reacts to, changes or takes back."""
    part = mapping(item.get(text(item.get("type"))))
    named = part.get("message_id") or part.get("original_message_id") or mapping(item.get("context")).get("id")
    return text(named)


def _words(item: dict[str, Any]) -> str:
    """What the person said in words, by typing, tapping or as a caption."""
    kind = text(item.get("type"))
    part = mapping(item.get(kind))
    if kind == "text":
        return text(part.get("body"))
    if kind == "button":
        return text(part.get("text"))
    if kind == "interactive":
        reply = mapping(part.get(text(part.get("type"))))
        return text(reply.get("title"))
    return text(part.get("caption")) if kind in CAPTIONED else ""
