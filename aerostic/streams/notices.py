"""Notices: what has changed, for pages that are open. Many events make few notices, which say where to look and not what is new.

A notice names topics: `campaign:<id>` for one thing, `campaigns` for all of a kind, `contact:*` for more of a kind than are worth
naming. It may say too much, never too little. The stream they stand in is short, and nobody has to have read it: a page that
missed some loads itself anew.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from redis import Redis

from aerostic.db import Event
from aerostic.streams.catalogue import CatalogueError, get

LENGTH = 10_000
MANY = 20  # things of one kind, past which a notice names the kind
# A message has no page of its own; the source's id is told as the source's.
NO_TOPIC = frozenset(("message_id", "source_id"))
Source = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something has changed for a tenant, or for the platform.

    Args:
        tenant_id: whose pages are meant; None for the platform's console.
        topics: what to look at, by the permission that is needed to hear of it; '' for every member.
    """

    tenant_id: UUID | None
    topics: Mapping[str, frozenset[str]]

    def visible(self, permissions: Collection[str]) -> frozenset[str]:
        """The topics that somebody with these permissions may hear of."""
        return frozenset().union(
            *(topics for permission, topics in self.topics.items() if not permission or permission in permissions)
        )

    def to_fields(self) -> dict[Any, Any]:
        """The entry of the stream."""
        topics = {permission: sorted(names) for permission, names in self.topics.items()}
        return {b"tenant": str(self.tenant_id or ""), b"topics": orjson.dumps(topics)}

    @classmethod
    def from_fields(cls, fields: Mapping[bytes, bytes]) -> "Notice":
        """Read what `to_fields` wrote."""
        topics, tenant = orjson.loads(fields[b"topics"]), fields[b"tenant"].decode()
        return cls(UUID(tenant) if tenant else None, {name: frozenset(names) for name, names in topics.items()})


def key(prefix: str) -> str:
    """Where the notices stand."""
    return f"{prefix}:live"


def append(redis: Redis, prefix: str, notices: Iterable[Notice]) -> None:
    """Put notices at the end; the oldest leave."""
    with redis.pipeline(transaction=False) as pipe:
        for notice in notices:
            pipe.xadd(key(prefix), notice.to_fields(), maxlen=LENGTH, approximate=True)
        pipe.execute()


def condense(events: Iterable[Event], sources: Mapping[str, Source]) -> list[Notice]:
    """One notice for each tenant among the events. Types that nobody has declared any more are passed over.

    Args:
        sources: what planned a batch (kind and id), by the batch's id.
    """
    found: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for event in events:
        permission = _permission(event)
        if event.tenant_id is not None and permission is not None:
            found[event.tenant_id][permission].update(_topics(event, sources))
    return [
        Notice(tenant_id, {permission: _shortened(topics) for permission, topics in by_permission.items()})
        for tenant_id, by_permission in found.items()
    ]


def _permission(event: Event) -> str | None:
    try:
        return get(event.type).permission
    except CatalogueError:
        return None


def _topics(event: Event, sources: Mapping[str, Source]) -> Iterator[str]:
    ids = {name: value for name, value in event.data.items() if name.endswith("_id") and isinstance(value, str)}
    yield family(event.type.partition(".")[0])
    yield from (f"{name.removesuffix('_id')}:{value}" for name, value in ids.items() if name not in NO_TOPIC)
    if "conversation_id" in ids:
        yield "conversations"  # its messages, too, move it in the list
    source = (
        (event.data.get("source"), ids["source_id"]) if "source_id" in ids else sources.get(ids.get("batch_id", ""))
    )
    if source and isinstance(source[0], str):
        kind = source[0].removesuffix("s")
        yield from (f"{kind}:{source[1]}", family(kind))


def family(kind: str) -> str:
    """The topic of all things of a kind: `campaigns` of `campaign`."""
    return kind if kind.endswith("s") else f"{kind}es" if kind.endswith("ch") else f"{kind}s"


def _shortened(topics: set[str]) -> frozenset[str]:
    """Things by name, or their kind where there are too many."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for topic in topics:
        kinds[topic.partition(":")[0]].add(topic)
    return frozenset(
        name for kind, names in kinds.items() for name in (names if len(names) <= MANY else (f"{kind}:*",))
    )
