"""A flow as an outline: its nodes in the order in which a run comes to them, with where each port leads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from aerostic.sdk import N_
from aerostic.sdk.automation import Document, Kinds, Node

from .builder.board import translate

UNKNOWN_ICON = "puzzle"
NOT_THERE = N_("not there")
CONTINUES = N_("Goes on")


@dataclass(frozen=True, slots=True)
class Way:
    """Where a port leads.

    Args:
        title: of the port.
        only: whether the node has no other.
        target: number of the line it leads to; 0 where the run ends.
        name: what that line is called.
    """

    title: str
    only: bool
    target: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A node.

    Args:
        number: its place in the outline, from 1.
        title: what its makers called it; else its kind's title.
        kind: its kind's title; where the kind is not there, its name.
        known: whether its kind is there.
        starts: whether it starts runs.
        off: whether runs pass it by.
    """

    number: int
    id: str
    title: str
    kind: str
    icon: str
    known: bool
    starts: bool
    ways: list[Way]
    off: bool = False


def outline(document: Document, kinds: Kinds) -> list[Line]:
    """The nodes, from each trigger along the ports in their order; those that nothing leads to come last."""
    nodes = {node.id: node for node in document.nodes}
    ways: dict[str, list[tuple[str, str]]] = {id_: [] for id_ in nodes}
    for edge in document.edges:
        if edge.source in nodes:
            ways[edge.source].append((edge.port, edge.target))
    order = {id_: number for number, id_ in enumerate(_order(nodes, ways, kinds), 1)}
    return [_line(nodes[id_], number, kinds, dict(ways[id_]), order, nodes) for id_, number in order.items()]


def title_of(node: Node, kinds: Kinds) -> str:
    """What a node is called: by its makers, else by its kind."""
    return node.title or kind_of(node, kinds)


def kind_of(node: Node, kinds: Kinds) -> str:
    """What a node's kind is called; its name where it is not there."""
    kind = kinds.get(node.kind)
    return str(_(kind.title)) if kind else node.kind


def icon_of(node: Node | None, kinds: Kinds) -> str:
    """A node's icon."""
    kind = kinds.get(node.kind) if node else None
    return kind.icon if kind else UNKNOWN_ICON


def ports_of(node: Node, kinds: Kinds) -> dict[str, str]:
    """The titles of a node's ports; none where its configuration cannot be read."""
    kind = kinds.get(node.kind)
    if kind is None:
        return {}
    try:
        return {port.name: translate(port.title) for port in kind.ports(kind.Config.model_validate(node.config))}
    except ValueError:
        return {}


def _order(nodes: dict[str, Node], ways: dict[str, list[tuple[str, str]]], kinds: Kinds) -> Iterator[str]:
    seen: set[str] = set()
    heads = [id_ for id_, node in nodes.items() if node.kind in kinds and kinds[node.kind].starts]
    for head in [*heads, *nodes]:
        ahead = [head]
        while ahead:
            id_ = ahead.pop()
            if id_ in nodes and id_ not in seen:
                seen.add(id_)
                yield id_
                ports = list(ports_of(nodes[id_], kinds))
                targets = sorted(ways[id_], key=lambda way: ports.index(way[0]) if way[0] in ports else len(ports))
                ahead.extend(target for _port, target in reversed(targets))


def _line(
    node: Node, number: int, kinds: Kinds, ways: dict[str, str], order: dict[str, int], nodes: dict[str, Node]
) -> Line:
    kind: Any = kinds.get(node.kind)
    ports = ports_of(node, kinds) or dict.fromkeys(ways, "")
    names = {**ports, **dict.fromkeys(sorted(set(ways) - set(ports)), "")}
    led = [
        Way(
            title or (_(CONTINUES) if name == "next" else name),
            len(names) == 1,
            *_target(ways.get(name), order, nodes, kinds),
        )
        for name, title in names.items()
    ]
    title, kind_title = title_of(node, kinds), kind_of(node, kinds)
    starts = bool(kind and kind.starts)
    return Line(number, node.id, title, kind_title, icon_of(node, kinds), kind is not None, starts, led, node.off)


def _target(id_: str | None, order: dict[str, int], nodes: dict[str, Node], kinds: Kinds) -> tuple[int, str]:
    if id_ is None:
        return 0, ""
    return (order[id_], title_of(nodes[id_], kinds)) if id_ in nodes else (0, str(_(NOT_THERE)))
