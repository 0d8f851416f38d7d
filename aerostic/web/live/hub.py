"""The open streams of this process, and what each has still to be told."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator
from uuid import UUID

import orjson

from aerostic.streams.notices import Notice
from aerostic.web.live.topics import widened
from aerostic.web.live.visitors import Card, Visitor


def event(name: str, id_: str, data: object) -> bytes:
    """One event as it goes over the wire."""
    return b"event: %s\nid: %s\ndata: %s\n\n" % (name.encode(), id_.encode(), orjson.dumps(data))


class Stream:
    """One page that listens.

    What it was not told yet is a set of topics, so a slow reader costs no more than its own wishes, and hears once what
    happened often.

    Args:
        card: how its browser can be asked about again.
        visitor: whose page it is.
        topics: what the page shows.
    """

    def __init__(self, card: Card, visitor: Visitor, topics: Collection[str]) -> None:
        self.card = card
        self.visitor = visitor
        self.news = asyncio.Event()
        self.ended = False
        self._wanted = widened(topics)
        self._pending: set[str] = set()
        self._lost = False

    def offer(self, notice: Notice) -> None:
        """Take what concerns the page. Another tenant's never does."""
        if notice.tenant_id != self.visitor.tenant_id:
            return
        topics = notice.visible(self.visitor.permissions) & self._wanted
        if topics:
            self._pending |= topics
            self.news.set()

    def lose(self) -> None:
        """The page has missed something: it is to load everything anew."""
        self._lost = True
        self.news.set()

    def look_again(self, visitor: Visitor | None) -> None:
        """Go on with what the person may hear now; without anybody who may listen, end."""
        if visitor and visitor.tenant_id == self.visitor.tenant_id:
            self.visitor = visitor
        else:
            self.end()

    def end(self) -> None:
        """Let the page go; it comes again if it may."""
        self.ended = True
        self.news.set()

    def take(self, position: str) -> bytes:
        """What there is to tell, up to this position; b"" at the end."""
        self.news.clear()
        if self.ended:
            return b""
        told = event("resync", position, 0) if self._lost else event("notice", position, sorted(self._pending))
        self._pending, self._lost = set(), False
        return told


class Hub:
    """All streams, by tenant; those of the platform's console by None."""

    def __init__(self) -> None:
        self._by_tenant: dict[UUID | None, set[Stream]] = defaultdict(set)

    def __iter__(self) -> Iterator[Stream]:
        return iter([stream for streams in self._by_tenant.values() for stream in streams])

    def __len__(self) -> int:
        return sum(map(len, self._by_tenant.values()))

    def add(self, stream: Stream) -> None:
        """From now on it is told what happens."""
        self._by_tenant[stream.visitor.tenant_id].add(stream)

    def remove(self, stream: Stream) -> None:
        """It is gone."""
        streams = self._by_tenant[stream.visitor.tenant_id]
        streams.discard(stream)
        if not streams:
            del self._by_tenant[stream.visitor.tenant_id]

    def publish(self, notice: Notice) -> None:
        """Tell the tenant's pages."""
        for stream in self._by_tenant.get(notice.tenant_id, ()):
            stream.offer(notice)

    def of_person(self, user_id: UUID) -> int:
        """How many streams a person has open."""
        return sum(stream.visitor.user_id == user_id for stream in self)

    def by_card(self) -> dict[Card, list[Stream]]:
        """Streams by what their browsers showed."""
        found: dict[Card, list[Stream]] = defaultdict(list)
        for stream in self:
            found[stream.card].append(stream)
        return found

    def end_all(self) -> None:
        """Let every page go."""
        for stream in self:
            stream.end()
