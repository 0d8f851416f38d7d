"""What was written between people and businesses, as the phone shows it: the newest messages only.

The record keeps a row of every message for ever; contents would be too much for a campaign of 100,000. So a chat keeps its
newest messages, and all chats together keep a fixed number. What a business sends is only put aside, and sorted into chats
once somebody looks: accepting a message must not take longer because there is a page.
"""

import itertools
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

import orjson

from .loose import as_object, as_text
from .phone_stream import Listeners
from .record import Message

MOST_IN_CHAT = 200
MOST_IN_ALL = 5_000
Key = tuple[str, str]
Components = list[dict[str, Any]]
Aside = tuple[str, Message, bytes, Components | None]


@dataclass(slots=True)
class Entry:
    """One message of a chat: `sent` is the record's row of what a business sent, `ticks` those of what a person wrote.

    `components` are those of the template as it was then.
    """

    place: int
    wamid: str
    at: float
    type: str
    content: Any
    reply_to: str = ""
    components: Components | None = None
    sent: Message | None = None
    ticks: str = "sent"


@dataclass(slots=True)
class Chat:
    """A person's chat with one business number; `seen` is the place up to which somebody has looked at the phone."""

    number_id: str
    person: str
    entries: list[Entry] = field(default_factory=list)
    seen: int = 0
    typing_until: float = 0.0


class Chats:
    """Every chat by (number, person), the one last written in at the end."""

    def __init__(self, in_chat: int = MOST_IN_CHAT, in_all: int = MOST_IN_ALL) -> None:
        """Start with none; `in_chat` and `in_all` bound how many messages are kept."""
        self.listeners = Listeners()
        self._in_chat, self._in_all = in_chat, in_all
        self._chats: OrderedDict[Key, Chat] = OrderedDict()
        self._kept: deque[tuple[Chat, Entry]] = deque()
        self._aside: deque[Aside] = deque(maxlen=in_all)
        self._written: dict[str, tuple[Chat, Entry]] = {}
        self._places = itertools.count(1)

    def __len__(self) -> int:
        """Return how many messages are kept."""
        return len(self._kept) + len(self._aside)

    def newest_first(self) -> list[Chat]:
        """Return every chat, the one last written in first."""
        self._sort()
        return list(reversed(self._chats.values()))

    def find(self, key: Key) -> Chat | None:
        """Return the chat of a number with a person."""
        self._sort()
        return self._chats.get(key)

    def open(self, key: Key) -> Chat:
        """Return the chat of a number with a person, begun if need be."""
        chat = self.find(key)
        if chat is None:
            chat = self._chats[key] = Chat(*key)
            self.listeners.tell(key)
        return chat

    def sent(self, person: str, message: Message, raw: bytes, components: Components | None) -> None:
        """Put aside what a business sent to a person: the request's body as it came, which costs next to nothing."""
        self._aside.append((person, message, raw, components))
        if self.listeners:
            self.listeners.tell((message.phone_number_id, person))

    def wrote(self, key: Key, message: dict[str, Any], at: float, heard: bool) -> None:
        """Keep what a person wrote, in the webhook's form; `heard` is False when the business has blocked the person."""
        self._sort()
        kind = message["type"]
        reply_to = str((message.get("context") or {}).get("id") or "")
        ticks = "delivered" if heard else "sent"
        entry = Entry(next(self._places), message["id"], at, kind, message.get(kind), reply_to, ticks=ticks)
        chat = self._keep(key, entry)
        chat.seen = entry.place
        self._written[entry.wamid] = chat, entry
        self.listeners.tell(key)

    def read_by_business(self, wamid: str, typing_until: float) -> None:
        """Note that a business has read a person's message, and with it the earlier ones."""
        self._sort()
        chat, last = self._written.get(wamid, (None, None))
        if chat is None or last is None:
            return
        for entry in chat.entries:
            if entry.sent is None and entry.place <= last.place and entry.ticks == "delivered":
                entry.ticks = "read"
        chat.typing_until = typing_until
        self.listeners.tell((chat.number_id, chat.person))

    def clear(self) -> None:
        """Forget every chat."""
        self._chats.clear()
        self._kept.clear()
        self._aside.clear()
        self._written.clear()
        self.listeners.tell(None)

    def _sort(self) -> None:
        """Sort what was put aside into its chats."""
        while self._aside:
            person, message, raw, components = self._aside.popleft()
            body = orjson.loads(raw)
            reply_to = as_text(as_object(body.get("context")).get("message_id"))
            entry = Entry(next(self._places), message.wamid, message.received, message.type, body.get(message.type),
                          reply_to, components, message)  # fmt: skip
            self._keep((message.phone_number_id, person), entry).typing_until = 0.0

    def _keep(self, key: Key, entry: Entry) -> Chat:
        chat = self._chats.get(key)
        if chat is None:
            chat = self._chats[key] = Chat(*key)
        else:
            self._chats.move_to_end(key)
        chat.entries.append(entry)
        self._kept.append((chat, entry))
        if len(chat.entries) > self._in_chat:
            self._written.pop(chat.entries.pop(0).wamid, None)
        if len(self._kept) > self._in_all:
            self._forget_oldest()
        return chat

    def _forget_oldest(self) -> None:
        chat, entry = self._kept.popleft()
        self._written.pop(entry.wamid, None)
        # A chat that is full has dropped the entry before.
        if chat.entries and chat.entries[0] is entry:
            chat.entries.pop(0)
        if not chat.entries:
            self._chats.pop((chat.number_id, chat.person), None)
