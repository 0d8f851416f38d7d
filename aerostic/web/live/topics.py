"""The topics that a page asks for."""

import re
from collections.abc import Collection

MOST = 100
TOPIC = re.compile(r"[a-z][a-z_]{0,39}(:[A-Za-z0-9-]{1,64})?")


def parse(asked: str) -> frozenset[str] | None:
    """The topics of a query, or None when they are none, too many or malformed."""
    topics = frozenset(asked.split(","))
    return topics if len(topics) <= MOST and all(map(TOPIC.fullmatch, topics)) else None


def widened(topics: Collection[str]) -> frozenset[str]:
    """Topics with those that stand for them when there is too much to name: `contact:*` for `contact:<id>`."""
    return frozenset(topics) | {f"{kind}:*" for kind, colon, _ in (topic.partition(":") for topic in topics) if colon}
