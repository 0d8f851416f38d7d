"""What the phone's page asks for and does: chats, their messages, looking, blocking, a person's outcome.

Writing is `POST /_emulator/inbound` and marketing preferences `POST /_emulator/preferences`, as for programs.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from . import outcomes, phone_view, statuses
from .chats import Chat, Key
from .inbound import meet
from .people import NAMELESS, SEPARATORS, digits_of, is_bsuid, wa_id_of
from .rules import known
from .state import Media, Number
from .world import World

Body = dict[str, Any]
Action = Callable[[World, str, Body, Any], Awaitable[Any]]
BY_HAND = "by_hand"
_LONGEST_NAME = 60
_PAGE, _LARGEST_PAGE = 50, 200
_SHOWN = ("image/", "video/", "audio/")
_MEDIA_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
                  "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "private, max-age=3600"}  # fmt: skip


async def read(world: World, argument: str, body: Body, query: Any) -> Any:
    """List chats, newest first (`number`, `q`, `limit`, `offset`), or return one chat with its messages."""
    if argument:
        key = _key(world, argument)
        return _describe(world, world.chats.find(key) or Chat(*key)) | {"messages": _messages(world, key)}
    start, limit = int(query.get("offset", 0)), min(int(query.get("limit", _PAGE)), _LARGEST_PAGE)
    found = [chat for chat in world.chats.newest_first() if _is_wanted(world, chat, query)]
    shown = found[start : start + limit]
    return {"data": [_describe(world, chat) for chat in shown], "total": len(found)}


async def begin(world: World, argument: str, body: Body, query: Any) -> Any:
    """Open a chat of a new person with a number: `phone_number_id`, `phone` and `name`; the person is played by hand."""
    number: Number = known(world.state.numbers, str(body["phone_number_id"]))
    digits = digits_of(str(body["phone"]), number.country_code)
    if digits is None:
        raise ValueError("a phone number has 7 to 15 digits, with its country code")
    if digits == number.phone:
        raise ValueError("this is the business's own number")
    key = (number.id, wa_id_of(digits))
    meet(world, number, {"from": f"+{digits}", **_named(body)})
    world.config.people.setdefault(key[1], BY_HAND)
    return _describe(world, world.chats.open(key))


async def change(world: World, argument: str, body: Body, query: Any) -> Any:
    """Change a chat: `seen` (somebody looks), `blocked` (the person blocks the number), `outcome` ("" for none), `name`."""
    key = _key(world, argument)
    unknown = sorted(set(body) - {"seen", "blocked", "outcome", "name"})
    if unknown:
        raise ValueError(f"unknown field: {', '.join(unknown)}")
    if "outcome" in body:
        _set_outcome(world, key[1], str(body["outcome"] or ""))
    if "blocked" in body:
        (world.state.blockers.add if body["blocked"] else world.state.blockers.discard)(key)
    if "name" in body:
        meet(world, world.state.numbers[key[0]], _wish(key[1]) | _named(body))
    if body.get("seen"):
        _look(world, key)
    world.chats.listeners.tell(key)
    return _describe(world, world.chats.find(key) or Chat(*key))


async def file(world: World, argument: str, body: Body, query: Any) -> Any:
    """Return a file that was uploaded or received; what no browser shows as a picture, film or sound is a download."""
    media: Media = known(world.state.media, argument)
    inline = media.mime_type.startswith(_SHOWN) and "svg" not in media.mime_type
    headers = _MEDIA_HEADERS | {"Content-Disposition": "inline" if inline else "attachment"}
    return web.Response(body=media.content, content_type=media.mime_type, headers=headers)


def _look(world: World, key: Key) -> None:
    """Note that somebody looks at a chat: what waits for a person played by hand is read now."""
    chat = world.chats.find(key)
    if chat is None:
        return
    chat.seen = chat.entries[-1].place if chat.entries else 0
    for entry in chat.entries:
        message = entry.sent
        if message and message.outcome == BY_HAND and message.status == "delivered" and not message.steps:
            statuses.report(world, message, "read")


def _describe(world: World, chat: Chat) -> Body:
    number = world.state.numbers[chat.number_id]
    key, now = (chat.number_id, chat.person), world.clock.now()
    business = world.state.wabas[number.waba_id].business_id
    return {
        "number": chat.number_id,
        "person": chat.person,
        "name": _name(world, key),
        "business": number.verified_name,
        "business_phone": number.phone,
        "last": phone_view.summary(world.state, chat),
        "unread": phone_view.unread(chat),
        "typing": chat.typing_until > now,
        "outcome": world.config.people.get(chat.person, ""),
        "blocked": key in world.state.blockers,
        "stopped": (business, chat.person) in world.state.stopped,
        "window_s": max(0, int(world.limits.window_until(*key) - now)),
    }


def _messages(world: World, key: Key) -> list[Body]:
    chat = world.chats.find(key)
    return [phone_view.view(world.state, entry) for entry in chat.entries] if chat else []


def _name(world: World, key: Key) -> str:
    """Return what a person is called, "" when nobody has said."""
    customer = world.customers.get(key)
    return "" if customer is None or customer.name == NAMELESS else customer.name


def _is_wanted(world: World, chat: Chat, query: Any) -> bool:
    if chat.number_id not in world.state.numbers or query.get("number") not in (None, "", chat.number_id):
        return False
    words = str(query.get("q", "")).strip().lower()
    digits = words.translate(SEPARATORS)
    return words in _name(world, (chat.number_id, chat.person)).lower() or digits in chat.person.lower()


def _key(world: World, argument: str) -> Key:
    number_id, _, person = argument.partition("/")
    known(world.state.numbers, number_id)
    if not person.isdecimal() and not is_bsuid(person):
        raise ValueError("a chat is named by a number's id and a person's WhatsApp id or user id")
    return number_id, person


def _wish(person: str) -> Body:
    return {"from": f"+{person}"} if person.isdecimal() else {"user_id": person}


def _named(body: Body) -> Body:
    name = str(body.get("name") or "").strip()[:_LONGEST_NAME]
    return {"name": name} if name else {}


def _set_outcome(world: World, person: str, outcome: str) -> None:
    if not outcome:
        world.config.people.pop(person, None)
    elif outcomes.is_known(outcome):
        world.config.people[person] = outcome
    else:
        raise ValueError(f"unknown outcome: {outcome}")
