"""A small drawing of a flow, as SVG of a page: each node where it stands on the canvas, and the ways between them."""

from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup

from aerostic.sdk.automation import Document, Kinds, Node

# Of a node and of the canvas around all of them, in the canvas's own units.
WIDTH, HEIGHT, AROUND = 200, 72, 48
# At least so much of the canvas is in sight, so that a flow of one node is no giant.
LEAST_WIDTH, LEAST_HEIGHT = 1_000, 420
ROUND = 12
# A way that goes back bends this far, at least.
BEND = 60


class Box(NamedTuple):
    """Where a node stands."""

    x: int
    y: int
    look: str


def picture(document: Document, kinds: Kinds) -> Markup:
    """The drawing; nothing for a flow without nodes. It says nothing that the page does not say in words."""
    boxes = {node.id: Box(round(node.at.x), round(node.at.y), _look(node, kinds)) for node in document.nodes}
    if not boxes:
        return Markup()
    edges = [
        (boxes[one.source], boxes[one.target]) for one in document.edges if {one.source, one.target} <= boxes.keys()
    ]
    parts = Markup().join([*_ways(edges), *(_box(one) for one in boxes.values())])
    return Markup('<svg class="flow-picture" viewBox="{}" aria-hidden="true" focusable="false">{}</svg>').format(
        _view(list(boxes.values())), parts
    )


def _look(node: Node, kinds: Kinds) -> str:
    if node.off:
        return "pic-off"
    kind = kinds.get(node.kind)
    return "pic-start" if kind and kind.starts else "pic-step"


def _view(boxes: list[Box]) -> str:
    """What is in sight: all of it, in the middle."""
    left, top = min(box.x for box in boxes) - AROUND, min(box.y for box in boxes) - AROUND
    width = max(box.x for box in boxes) + WIDTH + AROUND - left
    height = max(box.y for box in boxes) + HEIGHT + AROUND - top
    wide, high = max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT)
    return f"{left - (wide - width) // 2} {top - (high - height) // 2} {wide} {high}"


def _ways(edges: list[tuple[Box, Box]]) -> Iterator[Markup]:
    for source, target in edges:
        x, y, to_x, to_y = source.x + WIDTH, source.y + HEIGHT // 2, target.x, target.y + HEIGHT // 2
        bend = max(abs(to_x - x) // 2, BEND)
        yield Markup('<path class="pic-way" d="M{} {}C{} {} {} {} {} {}"/>').format(
            x, y, x + bend, y, to_x - bend, to_y, to_x, to_y
        )


def _box(box: Box) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>').format(
        box.look, box.x, box.y, WIDTH, HEIGHT, ROUND
    )
