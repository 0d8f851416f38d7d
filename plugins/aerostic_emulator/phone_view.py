"""A message as the page draws it: one form for all types, made when somebody looks and not before.

Everything in it is text for the page to show as text; nothing is markup.
"""

import itertools
from typing import Any
from urllib.parse import urlsplit

from . import outcomes
from .chats import Chat, Entry
from .errors import CODES
from .phone_template import fill
from .record import Message
from .state import State

Part = dict[str, Any]
_MEDIA = ("image", "video", "audio", "document", "sticker")
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
    text = parts.get("body") or parts.get("title") or _SUMMARIES.get(last.type, last.type)
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
    content = entry.content
    if entry.type == "template":
        return _with_media(state, fill(entry.components or [], content))
    if not isinstance(content, dict):
        return {"contacts": [_card(card) for card in content]} if entry.type == "contacts" else {}
    if entry.type == "text":
        return {"body": content.get("body", "")}
    if entry.type in _MEDIA:
        return {"body": content.get("caption", ""), "media": _media(state, entry.type, content)}
    if entry.type == "location":
        return {"location": content}
    if entry.type == "reaction":
        return {"reaction": {"to": content.get("message_id", ""), "emoji": content.get("emoji", "")}}
    if entry.type == "button":
        return {"body": content.get("text", "")}
    if entry.type == "interactive":
        return _answer(content) if entry.sent is None else _with_media(state, _interactive(content))
    return {}


def _answer(content: Part) -> Part:
    reply = content.get(content.get("type", "")) or {}
    return {"body": reply.get("title", ""), "detail": reply.get("description", "")}


def _interactive(content: Part) -> Part:
    """Return an interactive message's parts; what a person cannot do here is a button that is off."""
    action = content.get("action") or {}
    parts: Part = {"body": (content.get("body") or {}).get("text", ""),
                   "footer": (content.get("footer") or {}).get("text", ""), "buttons": _buttons(content, action)}  # fmt: skip
    if header := content.get("header"):
        kind = header.get("type", "text")
        parts["header"] = {"kind": kind, **(header.get(kind) or {})} if kind != "text" else {
            "kind": "text", "text": header.get("text", "")}  # fmt: skip
    if content.get("type") == "list":
        parts["list"] = {"title": action["button"], "sections": action["sections"]}
    return parts


def _buttons(content: Part, action: Part) -> list[Part]:
    kind, parameters = content.get("type"), action.get("parameters") or {}
    if kind == "button":
        return [{"kind": "choice", "text": button["reply"]["title"], "id": button["reply"]["id"]}
                for button in action["buttons"]]  # fmt: skip
    if kind == "cta_url":
        return [{"kind": "url", "text": parameters["display_text"], "url": parameters["url"]}]
    if kind == "location_request_message":
        return [{"kind": "location", "text": "Send location"}]
    if kind == "list":
        return []
    return [{"kind": "off", "text": parameters.get("flow_cta") or str(kind).replace("_", " ").capitalize()}]


def _with_media(state: State, parts: Part) -> Part:
    header = parts.get("header")
    if header and header["kind"] in _MEDIA:
        parts["header"] = {"kind": header["kind"], "media": _media(state, header["kind"], header)}
    return parts


def _media(state: State, kind: str, given: Part) -> Part:
    """Return a file: with the emulator's own address when it is kept here; a link is named, never fetched."""
    media: Part = {"kind": kind, "name": given.get("filename", "")}
    link = str(given.get("link") or "")
    if link:
        return media | {"link": link, "host": urlsplit(link).netloc}
    kept = state.media.get(str(given.get("id", "")))
    if kept is None:
        return media
    return media | {"url": f"/_emulator/media/{kept.id}", "mime_type": kept.mime_type, "bytes": len(kept.content)}


def _card(card: Part) -> Part:
    phones = [phone.get("phone") or phone.get("wa_id", "") for phone in card.get("phones") or []]
    return {"name": (card.get("name") or {}).get("formatted_name", ""), "phones": phones}
