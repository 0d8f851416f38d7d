"""The drawing of an incident: who is in it at the left, what they share at the right, and lines between them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aerostic.detection.models import RiskSignal

MOST_MEMBERS, MOST_SHARED = 16, 12
WIDTH, ROW, TOP = 720, 34, 18
LEFT, RIGHT = 235, 500
Member = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """A dot: where it is, and its key: a member's kind and id, or what is shared as kind and digest. `weight` is its lines."""

    x: int
    y: int
    key: Member
    weight: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two dots; `count` signals say so."""

    a: Node
    b: Node
    count: int


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawing, in a box of `width` and `height`. `more` members and shared things have found no place."""

    members: Sequence[Node]
    shared: Sequence[Node]
    lines: Sequence[Line]
    width: int
    height: int
    more: int


def graph(signals: Iterable[RiskSignal]) -> Graph:
    """Draw the signals of an incident: what most have in common comes first, and members near what they share."""
    counts: Counter[tuple[Member, Member]] = Counter()
    for signal in signals:
        for share in set(signal.shares):
            kind, _colon, digest = share.partition(":")
            counts[(signal.subject_kind, signal.subject), (kind, digest)] += 1
    by_shared: dict[Member, set[Member]] = defaultdict(set)
    by_member: dict[Member, set[Member]] = defaultdict(set)
    for member, token in counts:
        by_shared[token].add(member)
        by_member[member].add(token)
    # What only one has is no link, unless nothing is shared at all.
    links = {token for token, members in by_shared.items() if len(members) > 1} or set(by_shared)
    tokens = sorted(links, key=lambda token: (-len(by_shared[token]), token))[:MOST_SHARED]
    place = {token: number for number, token in enumerate(tokens)}
    drawn = [member for member, own in by_member.items() if own & place.keys()]
    drawn.sort(key=lambda member: (min(place[token] for token in by_member[member] & place.keys()), member))
    members = drawn[:MOST_MEMBERS]
    height = TOP * 2 + ROW * max(len(members), len(tokens), 1)
    left = _column(LEFT, members, height, by_member)
    right = _column(RIGHT, tokens, height, by_shared)
    lines = [
        Line(left[member], right[token], count)
        for (member, token), count in sorted(counts.items())
        if member in left and token in right
    ]
    more = len(drawn) - len(members) + len(links) - len(tokens)
    return Graph(list(left.values()), list(right.values()), lines, WIDTH, height, more)


def _column(x: int, keys: Sequence[Member], height: int, links: dict[Member, set[Member]]) -> dict[Member, Node]:
    gap = height / (len(keys) + 1)
    return {key: Node(x, round(gap * number), key, len(links[key])) for number, key in enumerate(keys, 1)}
