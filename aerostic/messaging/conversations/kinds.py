"""Messages of every kind, as bodies to show. Content comes in the words of the Cloud API, see `sdk.InboundMessage`."""

from collections.abc import Callable, Mapping
from typing import Any

from aerostic.messaging.bodies import Attachment, Body, Place
from aerostic.messaging.conversations import interactive, lists
from aerostic.messaging.values import mapping, number, text
from aerostic.words import N_

NOT_SHOWN = N_("This message cannot be shown here. Open it on a phone.")
REACTED = N_("Reacted to a message that is not here:")
UNREACTED = N_("Took back a reaction to a message that is not here.")
REVOKED = N_("Deleted a message that is not here.")


def body_of(content: Mapping[str, Any]) -> Body:
    """What a message says. Never raises: what is not known becomes a notice."""
    kind = text(content.get("type"))
    reader = READERS.get(kind, _unsupported)
    return reader(kind, content)


def _text(kind: str, content: Mapping[str, Any]) -> Body:
    return Body(kind, text(mapping(content.get(kind)).get("body")))


def _media(kind: str, content: Mapping[str, Any]) -> Body:
    part = mapping(content.get(kind))
    attachment = Attachment(
        kind="voice" if kind == "audio" and part.get("voice") is True else kind,
        media_id=text(part.get("id")),
        link=text(part.get("link")),
        name=text(part.get("filename")),
        type=text(part.get("mime_type")).partition(";")[0].strip(),
    )
    return Body(kind, text(part.get("caption")), attachment=attachment)


def _location(kind: str, content: Mapping[str, Any]) -> Body:
    part = mapping(content.get(kind))
    latitude, longitude = number(part.get("latitude")), number(part.get("longitude"))
    if latitude is None or longitude is None:
        return _unsupported(kind, content)
    return Body(kind, place=Place(latitude, longitude, text(part.get("name")), text(part.get("address"))))


def _button(kind: str, content: Mapping[str, Any]) -> Body:
    part = mapping(content.get(kind))
    return Body(kind, text(part.get("text")) or text(part.get("payload")))


def _reaction(kind: str, content: Mapping[str, Any]) -> Body:
    emoji = text(mapping(content.get(kind)).get("emoji"))
    return Body(kind, notice=REACTED if emoji else UNREACTED, detail=emoji)


def _edit(kind: str, content: Mapping[str, Any]) -> Body:
    """The new words; the thread puts them in the place of the old ones."""
    part = mapping(mapping(content.get(kind)).get("message"))
    return _unsupported(kind, content) if text(part.get("type")) in ("", "edit") else body_of(part)


def _revoke(kind: str, content: Mapping[str, Any]) -> Body:
    return Body(kind, notice=REVOKED)


def _system(kind: str, content: Mapping[str, Any]) -> Body:
    part = mapping(content.get(kind))
    return Body(kind, notice=SYSTEM.get(text(part.get("type")), text(part.get("body"))))


def _unsupported(kind: str, content: Mapping[str, Any]) -> Body:
    return Body("unsupported", notice=NOT_SHOWN, detail=text(mapping(content.get("unsupported")).get("type")))


SYSTEM = {
    "user_changed_number": N_("The contact has a new phone number."),
    "customer_identity_changed": N_("The contact's phone or app has changed."),
}
READERS: dict[str, Callable[[str, Mapping[str, Any]], Body]] = {
    "text": _text,
    **dict.fromkeys(("image", "video", "audio", "document", "sticker"), _media),
    "location": _location,
    "contacts": lists.contacts,
    "order": lists.order,
    "button": _button,
    "interactive": interactive.read,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "system": _system,
}
