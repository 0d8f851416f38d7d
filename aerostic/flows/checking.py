"""The one set of rules for flows: for publishing, for the problems panel of the builder, and for imports."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from aerostic.flows.configs import problems as config_problems
from aerostic.flows.configs import read
from aerostic.flows.contract import FlowNode, Problem
from aerostic.flows.document import Document, Node
from aerostic.flows.plan import Kinds
from aerostic.flows.switched import live
from aerostic.words import N_

NO_START = N_("Nothing starts this flow. Put a trigger in front.")
TWICE = N_("Two nodes have this id.")
UNKNOWN_KIND = N_("This kind of node is not there. Switch on the plugin that brings it, or replace the node.")
NO_NODE = N_("An edge begins or ends at a node that is not there. Draw it anew.")
NO_PORT = N_("An edge leaves through a port that the node does not have. Draw it anew.")
TWO_WAYS = N_("Two edges leave the same port. Keep one of them.")
INTO_START = N_("A trigger begins a flow: nothing can lead to it.")
CIRCLE = N_("The flow would go around here without ever waiting. Put a step into the circle that waits for something.")
NEVER = N_("Nothing leads here, so this node is never run.")


def check(document: Document, kinds: Kinds) -> list[Problem]:
    """All that is wrong with a flow, or that a person should look at; those that block come first. What is off is passed by."""
    document = live(document)
    found = [*_nodes(document, kinds), *_edges(document, kinds)]
    if not any(problem.blocks for problem in found):
        found += [*_circles(document, kinds), *_unreached(document, kinds)]
    return sorted(found, key=lambda problem: not problem.blocks)


def _nodes(document: Document, kinds: Kinds) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in document.nodes:
        if node.id in seen:
            yield Problem("twice", TWICE, node.id)
        seen.add(node.id)
        kind = kinds.get(node.kind)
        if kind is None:
            yield Problem("kind", UNKNOWN_KIND, node.id)
        else:
            yield from (replace(one, node=node.id) for one in config_problems(kind, node.config))
    if not any(_starts(node, kinds) for node in document.nodes):
        yield Problem("start", NO_START)


def _edges(document: Document, kinds: Kinds) -> Iterator[Problem]:
    nodes = {node.id: node for node in document.nodes}
    taken: set[tuple[str, str]] = set()
    for edge in document.edges:
        source, target = nodes.get(edge.source), nodes.get(edge.target)
        if source is None or target is None:
            yield Problem("edge", NO_NODE, edge.source if source else "")
            continue
        if (edge.source, edge.port) in taken:
            yield Problem("ways", TWO_WAYS, edge.source)
        taken.add((edge.source, edge.port))
        if _starts(target, kinds):
            yield Problem("into_start", INTO_START, target.id)
        if edge.port not in _ports(source, kinds, edge.port):
            yield Problem("port", NO_PORT, source.id)


def _ports(node: Node, kinds: Kinds, otherwise: str) -> set[str]:
    """The names of a node's ports; what cannot be known because of another problem is not told twice."""
    kind = kinds.get(node.kind)
    if kind is None or any(True for _ in config_problems(kind, node.config)):
        return {otherwise}
    return {port.name for port in kind.ports(read(kind, node.config).model)}


def _circles(document: Document, kinds: Kinds) -> Iterator[Problem]:
    """The nodes of circles in which nothing waits: what is left when what leads nowhere else is taken away, and then what nothing
    leads to.
    """
    ways, passing = _ways(document), {node.id for node in document.nodes if not kinds[node.kind].waits}
    ahead = {node: ways[node] & passing for node in passing}
    ahead = {node: ahead[node] for node in _leading(ahead)}
    around = _leading(_turned(ahead))
    yield from (Problem("circle", CIRCLE, node.id) for node in document.nodes if node.id in around)


def _leading(ways: Mapping[str, set[str]]) -> set[str]:
    """What is left when what leads nowhere is taken away, again and again."""
    back, left = _turned(ways), {node: len(targets) for node, targets in ways.items()}
    ends = [node for node, count in left.items() if not count]
    while ends:
        for node in back[ends.pop()]:
            left[node] -= 1
            if not left[node]:
                ends.append(node)
    return {node for node, count in left.items() if count}


def _turned(ways: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The same ways backwards, among the nodes that they begin at."""
    back: dict[str, set[str]] = {node: set() for node in ways}
    for node, targets in ways.items():
        for target in targets & back.keys():
            back[target].add(node)
    return back


def _unreached(document: Document, kinds: Kinds) -> Iterator[Problem]:
    ways = _ways(document)
    reached, ahead = set[str](), [node.id for node in document.nodes if _starts(node, kinds)]
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached.add(node)
            ahead.extend(ways[node])
    yield from (Problem("never", NEVER, node.id, blocks=False) for node in document.nodes if node.id not in reached)


def _ways(document: Document) -> dict[str, set[str]]:
    ways: dict[str, set[str]] = {node.id: set() for node in document.nodes}
    for edge in document.edges:
        ways[edge.source].add(edge.target)
    return ways


def _starts(node: Node, kinds: Mapping[str, FlowNode[Any]]) -> bool:
    kind = kinds.get(node.kind)
    return kind is not None and kind.starts
