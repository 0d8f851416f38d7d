"""Two paths side by side: where they are the same, where they differ in what a step gave, and where they part."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from aerostic.flows.state import Done

Kind = Literal["same", "changed", "left", "right"]
Edge = tuple[str, str, str]
Steps = Sequence[Done]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two steps side by side.

    Args:
        kind: `same`; `changed` (the same step, with another input, output, error or way out); `left` or `right`: one path has
            it alone.
    """

    kind: Kind
    left: Done | None
    right: Done | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What tells two paths from each other.

    Args:
        pairs: all steps of both, in order.
        parts_at: index of the first pair that is not `same`; None where there is none.
        nodes_left, nodes_right: ids of nodes that only one of them came to.
        edges_left, edges_right: edges that only one of them took: (source, port, target).
    """

    pairs: list[Pair]
    parts_at: int | None
    nodes_left: frozenset[str]
    nodes_right: frozenset[str]
    edges_left: frozenset[Edge]
    edges_right: frozenset[Edge]


def compare(left: Steps, right: Steps) -> Comparison:
    """Put the steps of two runs of a flow side by side, as text is compared line by line."""
    pairs = _pairs(left, right)
    nodes = [frozenset(step.node for step in steps) for steps in (left, right)]
    edges = [_edges(steps) for steps in (left, right)]
    return Comparison(
        pairs,
        next((at for at, pair in enumerate(pairs) if pair.kind != "same"), None),
        nodes[0] - nodes[1],
        nodes[1] - nodes[0],
        edges[0] - edges[1],
        edges[1] - edges[0],
    )


def _pairs(left: Steps, right: Steps) -> list[Pair]:
    """Steps that went the same way stand side by side; between those, steps of the same node do."""
    return [pair for some in _blocks(left, right, _key) for rest in _blocks(*some, _node) for pair in _beside(*rest)]


def _blocks(left: Steps, right: Steps, key: Callable[[Done], object]) -> Iterator[tuple[Steps, Steps]]:
    """Stretches of both that have the same keys, and those between them."""
    matcher = SequenceMatcher(None, [key(step) for step in left], [key(step) for step in right], autojunk=False)
    for _tag, a, b, c, d in matcher.get_opcodes():
        yield left[a:b], right[c:d]


def _beside(left: Steps, right: Steps) -> list[Pair]:
    if [step.node for step in left] != [step.node for step in right]:
        return [*(Pair("left", step, None) for step in left), *(Pair("right", None, step) for step in right)]
    return [
        Pair("same" if _told(one) == _told(other) else "changed", one, other)
        for one, other in zip(left, right, strict=True)
    ]


def _node(step: Done) -> str:
    return step.node


def _key(step: Done) -> tuple[str, str, str]:
    return step.node, step.fate, step.port


def _told(step: Done) -> tuple[object, ...]:
    return *_key(step), step.input, step.output, step.error


def _edges(steps: Steps) -> frozenset[Edge]:
    later = [*(step.node for step in steps[1:]), ""]
    return frozenset((step.node, step.port, target) for step, target in zip(steps, later, strict=True) if step.port)
