"""Validation of message content (messages/send-messages and the page of each type)."""

from collections.abc import Callable
from typing import Any

from .errors import GraphError
from .interactive import check_interactive
from .loose import host_of
from .rules import need, need_object, need_text

_CAPTIONED = {"image", "video", "document"}
_GROUP_TYPES = {"text", "image", "video", "audio", "document", "sticker", "template"}
_MOST_CONTACTS = 257


def check_content(kind: str, content: Any, in_group: bool) -> None:
    """Refuse content that the API would refuse: 131008 for what is missing, 131009 for what is wrong."""
    if kind not in _CHECKS and kind != "template":
        raise GraphError(131051 if kind in ("unsupported", "system") else 100, f"Unsupported message type: {kind}")
    if in_group and kind not in _GROUP_TYPES:
        raise GraphError(130501)
    if content is None:
        raise GraphError(131008, f"Parameter '{kind}' is required for type '{kind}'.")
    if kind != "template":
        _CHECKS[kind](kind, content)


def _text(kind: str, content: Any) -> None:
    need_text(need_object(content, kind), "body", 4096)


def _media(kind: str, content: Any) -> None:
    media = need_object(content, kind)
    if not media.get("id") and not media.get("link"):
        raise GraphError(131008, f"Parameter '{kind}' needs 'id' or 'link'.")
    if media.get("link") and not host_of(str(media["link"])):
        raise GraphError(131009, f"Parameter '{kind}.link' is not a valid URI.")
    if "caption" in media:
        if kind not in _CAPTIONED:
            raise GraphError(131009, f"Parameter '{kind}.caption' is not allowed.")
        need_text(media, "caption", 1024)


def _location(kind: str, content: Any) -> None:
    place = need_object(content, kind)
    for name, bound in (("latitude", 90), ("longitude", 180)):
        need(place, name)
        try:
            value = float(place[name])
        except (TypeError, ValueError):
            raise GraphError(131009, f"Parameter 'location.{name}' is not a number.") from None
        if abs(value) > bound:
            raise GraphError(131009, f"Parameter 'location.{name}' is out of range.")


def _contacts(kind: str, content: Any) -> None:
    if not isinstance(content, list) or not content:
        raise GraphError(131008, "Parameter 'contacts' must be a list with at least one contact.")
    if len(content) > _MOST_CONTACTS:
        raise GraphError(131009, f"Parameter 'contacts' takes at most {_MOST_CONTACTS} contacts.")
    for contact in content:
        need_text(need_object(need_object(contact, "contacts").get("name"), "contacts.name"), "formatted_name", 1024)


def _reaction(kind: str, content: Any) -> None:
    reaction = need_object(content, kind)
    need(reaction, "message_id")
    if not isinstance(reaction.get("emoji", ""), str):
        raise GraphError(131009, "Parameter 'reaction.emoji' must be a text.")


def _interactive(kind: str, content: Any) -> None:
    check_interactive(need_object(content, kind))


_CHECKS: dict[str, Callable[[str, Any], None]] = {
    "text": _text,
    "image": _media,
    "video": _media,
    "audio": _media,
    "document": _media,
    "sticker": _media,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "interactive": _interactive,
}
