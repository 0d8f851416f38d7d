"""A message as the page draws it: one form for all types, made when somebody looks and not before.

Everything in it is text for the page to show as text; nothing is markup.
"""

import itertools
from typing import Any

from . import outcomes
from .chats import Chat, Entry
from .errors import CODES
from .loose import as_object, as_objects, as_text, host_of
from .phone_interactive import interactive_parts
from .phone_template import fill
from .record import Message
from .state import State

Part = dict[str, Any]
_MEDIA = ("image", "video", "audio", "document", "sticker")
_PLACE = ("latitude", "longitude", "name", "address")
_SUMMARIES = {"image": "Photo", "video": "Video", "audio": "Audio", "document": "Document", "sticker": "Sticker",
              "location": "Location", "contacts": "Contact", "interactive": "Message"}  # fmt: skip


def view(state: State, entry: Entry) -> Part:
    """Return one message: who wrote it, when, its ticks, and its parts (header, body, footer, buttons, list and so on)."""
    head: Part = {"id": entry.wamid, "place": entry.place, "mine": entry.sent is None, "at": entry.at,
                  "type": entry.type, "reply_to": entry.reply_to}  # fmt: skip
    return head | _ticks(entry) | _parts(state, entry)


def summary(state: State, chat: Chat) -> Part | None:
    """Return the line of a chat in the list: its last message in a few words, or None for an empty one."""
    if not chat.entries:
        return None
    last = chat.entries[-1]
    parts = _parts(state, last)
    text = parts.get("body") or _SUMMARIES.get(last.type, last.type)
    if reaction := parts.get("reaction"):
        text = f"Reacted {reaction['emoji']}" if reaction["emoji"] else "Took a reaction back"
    return {"text": text[:120], "at": last.at, "mine": last.sent is None, "type": last.type, **_ticks(last)}


def unread(chat: Chat) -> int:
    """Return how many messages of the business reached the phone since somebody looked."""
    fresh = itertools.takewhile(lambda entry: entry.place > chat.seen, reversed(chat.entries))
    return sum(entry.sent is not None and entry.type != "reaction" and reached_phone(entry.sent) for entry in fresh)


def reached_phone(message: Message) -> bool:
    """Return whether a message got to the phone. With statuses off nobody is told, and its outcome says."""
    word = message.status.partition(":")[0]
    if word == "accepted":
        return not message.steps and outcomes.arrives(message.outcome)
    return word in ("delivered", "read", "played")


def _ticks(entry: Entry) -> Part:
    """Return what the business has been told about a message it sent, or what a person's own message shows."""
    message = entry.sent
    if message is None:
        return {"status": entry.ticks, "arrived": True}
    status, _, code = message.status.partition(":")
    ticks: Part = {"status": status, "arrived": reached_phone(message), "outcome": message.outcome}
    if message.template:
        ticks |= {"template": message.template, "category": message.category}
    if code:
        ticks["error"] = {"code": int(code), "title": CODES[int(code)].title if int(code) in CODES else "Unknown error"}
    return ticks


def _parts(state: State, entry: Entry) -> Part:
    content = as_object(entry.content)
    if entry.type == "contacts":
        return {"contacts": [_card(card) for card in as_objects(entry.content)]}
    if entry.type == "template":
        return _with_media(state, fill(entry.components or [], content))
    if entry.type == "interactive":
        return _answer(content) if entry.sent is None else _with_media(state, interactive_parts(content))
    if entry.type in _MEDIA:
        return {"body": as_text(content.get("caption")), "media": _media(state, entry.type, content)}
    if entry.type == "reaction":
        return {"reaction": {"to": as_text(content.get("message_id")), "emoji": as_text(content.get("emoji"))}}
    if entry.type == "location":
        return {"location": {name: as_text(content.get(name)) for name in _PLACE}}
    return {"body": as_text(content.get("text" if entry.type == "button" else "body"))}


def _answer(content: Part) -> Part:
    reply = as_object(content.get(as_text(content.get("type"))))
    return {"body": as_text(reply.get("title")), "detail": as_text(reply.get("description"))}


def _with_media(state: State, parts: Part) -> Part:
    header = parts.get("header")
    if header and header["kind"] in _MEDIA:
        parts["header"] = {"kind": header["kind"], "media": _media(state, header["kind"], header)}
    return parts


def _media(state: State, kind: str, given: Part) -> Part:
    """Return a file: with the emulator's own address when it is kept here; a link is named, never fetched."""
    media: Part = {"kind": kind, "name": as_text(given.get("filename"))}
    link = as_text(given.get("link"))
    if link:
        return media | {"link": link, "host": host_of(link)}
    kept = state.media.get(as_text(given.get("id")))
    if kept is None:
        return media
    return media | {"url": f"/_emulator/media/{kept.id}", "mime_type": kept.mime_type, "bytes": len(kept.content)}


def _card(card: Part) -> Part:
    phones = [as_text(phone.get("phone") or phone.get("wa_id")) for phone in as_objects(card.get("phones"))]
    return {"name": as_text(as_object(card.get("name")).get("formatted_name")), "phones": phones}
